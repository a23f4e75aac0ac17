"""What waits for one person in every open month: the returns they make, and those that lie with them."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Permission
from programmes.access import accesses
from programmes.desk import Desk
from programmes.models import Period
from programmes.tree import trees
from returns import rights
from returns.standing import Standing, State, standings, units


@dataclass(frozen=True)
class Month:
    """One open month of one programme."""

    desk: Desk
    make: tuple[Standing, ...]  # returns of theirs to make, those still to do first
    look_at: tuple[Standing, ...]  # returns that lie with them


def mine(user: User) -> list[Month]:
    months = (_month(desk) for desk in _desks(user))
    return [month for month in months if month.make or month.look_at]


def _desks(user: User) -> list[Desk]:
    found = []
    for access in accesses(user):
        periods = Period.objects.filter(programme=access.programme).open()
        for period in periods.select_related("scheme_version", "previous__scheme_version").order_by("label"):
            period.programme = access.programme
            tree, past_tree = trees(period, period.previous)
            if access.may_see(period) and tree.root:
                found.append(Desk(access, period, tree, past_tree, user))
    return found


def _month(desk: Desk) -> Month:
    """A person's own returns are those right under a role of theirs; a PMO officer makes the programme's own."""
    tops = {key for key, _ in desk.access.held} & desk.reach(Permission.REPORT)
    own = [unit for unit in units(desk) if unit.pk in tops]
    others = [unit for unit in units(desk) if unit.pk in desk.reported and unit.pk not in tops]
    found = standings(desk, [*own, *others])
    make, rest = found[: len(own)], found[len(own) :]
    return Month(
        desk,
        tuple(sorted(make, key=lambda each: not each.state.is_open)),
        tuple(each for each in rest if _waits(desk, each)),
    )


def _waits(desk: Desk, each: Standing) -> bool:
    if rights.accepts(desk):
        return each.state is State.PASSED_ON or (each.state is State.SUBMITTED and not each.waits_for_review)
    return each.state is State.SUBMITTED and rights.reviews(desk, each.unit)
