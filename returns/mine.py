"""What waits for one person in every open month: the returns they make, and those that lie with them."""

from dataclasses import dataclass

from accounts.models import User
from programmes.access import accesses
from programmes.desk import Desk
from programmes.models import Period
from programmes.tree import Node, trees
from returns import rights
from returns.people import People
from returns.status import Standing, standings_of, units


@dataclass(frozen=True)
class Month:
    """One open month of one programme."""

    desk: Desk
    look_at: tuple[Standing, ...]  # returns that lie with them
    make: tuple[Standing, ...]  # returns of theirs to make, those still to do first
    left_to: tuple[Standing, ...]  # those below that fall to them because nobody has a role nearer


def mine(user: User) -> list[Month]:
    """In a number of queries that grows with neither programmes nor months."""
    desks = _desks(user)
    people = People(*(desk.access.programme for desk in desks))
    asked = [(desk, [unit for unit in units(desk) if unit.pk in desk.reported]) for desk in desks]
    found = zip(desks, standings_of(asked, people), strict=True)
    months = [_month(desk, people, standings) for desk, standings in found]
    return [month for month in months if month.look_at or month.make or month.left_to]


def _desks(user: User) -> list[Desk]:
    """Every open month this person may see, by programme."""
    mine = accesses(user)
    periods = Period.objects.filter(programme__in=[access.programme for access in mine]).open()
    found = periods.select_related("scheme_version", "previous__scheme_version").order_by("label")
    seen = [(access, each) for access in mine for each in found if each.programme_id == access.programme.pk]
    trees_of = trees(*(period for _, period in seen))
    desks = []
    for (access, period), tree in zip(seen, trees_of, strict=True):
        period.programme = access.programme
        desks.append(Desk(access, period, tree, user))
    return [desk for desk in desks if desk.tree.root and desk.access.may_see(desk.period)]


def _month(desk: Desk, people: People, found: list[Standing]) -> Month:
    mine = sorted((each for each in found if _makes(desk, people, each.unit)), key=lambda each: not each.state.is_open)
    places = {key for key, _ in desk.access.held}
    return Month(
        desk,
        look_at=tuple(each for each in found if _waits(desk, people, each)),
        make=tuple(each for each in mine if each.unit.pk in places),
        left_to=tuple(each for each in mine if each.unit.pk not in places),
    )


def _makes(desk: Desk, people: People, unit: Node) -> bool:
    """Whether nobody is nearer to this return; a PMO officer makes the programme's own alone."""
    return desk.user in people.reporters(desk, unit) and (unit.parent is None or not rights.accepts(desk))


def _waits(desk: Desk, people: People, each: Standing) -> bool:
    if rights.accepts(desk):
        is_for_another = each.is_own and any(person != desk.user for person in people.acceptors(desk))
        return each.state.is_with_reviewers and not each.waits_for_review and not is_for_another
    is_own = each.last is not None and each.last.actor_key == desk.user.pk
    return each.waits_for_review and rights.reviews(desk, each.unit) and not is_own
