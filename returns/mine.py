"""What waits for one person in every open month: the returns they make, and those that lie with them."""

from dataclasses import dataclass

from accounts.models import User
from programmes.access import accesses
from programmes.models import Period
from programmes.month import Month, placed
from programmes.tree import Node, trees
from returns import rights
from returns.people import People
from returns.status import Standing, standings_of, units


@dataclass(frozen=True)
class Waiting:
    """What waits for one person in one open month of one programme."""

    month: Month
    look_at: tuple[Standing, ...]  # returns that lie with them
    make: tuple[Standing, ...]  # returns of theirs to make, those still to do first
    left_to: tuple[Standing, ...]  # those below that fall to them because nobody has a role nearer


def mine(user: User) -> list[Waiting]:
    """In a number of queries that grows with neither programmes nor months."""
    months = _months(user)
    people = People(*(month.programme for month in months))
    asked = [(month, [unit for unit in units(month) if unit.pk in month.reported]) for month in months]
    found = zip(months, standings_of(asked, people), strict=True)
    waiting = [_waiting(month, people, standings) for month, standings in found]
    return [each for each in waiting if each.look_at or each.make or each.left_to]


def _months(user: User) -> list[Month]:
    """Every open month this person may see, by programme."""
    mine = accesses(user)
    periods = Period.objects.filter(programme__in=[access.programme for access in mine]).open()
    found = periods.select_related("scheme_version", "previous__scheme_version").order_by("label")
    seen = [(access, each) for access in mine for each in found if each.programme_id == access.programme.pk]
    trees_of = trees(*(period for _, period in seen))
    months = []
    for (access, period), tree in zip(seen, trees_of, strict=True):
        period.programme = access.programme
        if tree.root and access.may_see(period):
            months.append(placed(access, period, tree))
    return months


def _waiting(month: Month, people: People, found: list[Standing]) -> Waiting:
    mine = sorted((each for each in found if _makes(month, people, each.unit)), key=lambda each: not each.state.is_open)
    places = {key for key, _ in month.access.held}
    return Waiting(
        month,
        look_at=tuple(each for each in found if _waits(month, people, each)),
        make=tuple(each for each in mine if each.unit.pk in places),
        left_to=tuple(each for each in mine if each.unit.pk not in places),
    )


def _makes(month: Month, people: People, unit: Node) -> bool:
    """Whether nobody is nearer to this return; a PMO officer makes the programme's own alone."""
    return month.user in people.reporters(month, unit) and (unit.parent is None or not rights.accepts(month))


def _waits(month: Month, people: People, each: Standing) -> bool:
    if rights.accepts(month):
        is_for_another = each.is_own and any(person != month.user for person in people.acceptors(month))
        return each.state.is_with_reviewers and not each.waits_for_review and not is_for_another
    is_own = each.last is not None and each.last.actor_key == month.user.pk
    return each.waits_for_review and rights.reviews(month, each.unit) and not is_own
