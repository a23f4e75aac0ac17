"""Who has a role in a programme, and where one can be had."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from core.blocks import Cell, CellPart, Column, Kind, RowGroup, Table, TableRow
from core.dates import long_date
from core.words import holds
from jobs.models import Letter
from programmes.models import Membership, Programme
from programmes.tree import trees

WHOLE = "the whole programme"


@dataclass(frozen=True, slots=True)
class Place:
    """A workstream that roles are held over, or the whole programme."""

    pk: int
    ref: str
    name: str
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A role that somebody has somewhere."""

    pk: int
    role: Role
    place: Place

    def __str__(self) -> str:
        return f"{self.role.label}, {self.place.name}"


@dataclass(frozen=True, slots=True)
class Member:
    person: User
    roles: tuple[Held, ...]
    letter: Letter | None  # the newest that told them of a role

    @property
    def standing(self) -> str:
        """Whether they have been here, and else when they were asked."""
        if self.person.last_login:
            return f"Last signed in on {_day(self.person.last_login)}"
        if self.letter is None:
            return "Has not signed in yet"
        state = self.letter.get_state_display().lower()
        return f"Has not signed in yet. E-mail of {_day(self.letter.created_at)}: {state}"

    @property
    def trouble(self) -> str:
        """Why the newest letter was not sent, or may not have been."""
        return self.letter.error if self.letter else ""


def places(programme: Programme) -> list[Place]:
    """The whole programme, then the live workstreams of its newest month in the order of the tree."""
    (tree,) = trees(programme.periods.newest_first().first())
    if tree.root:
        return [Place(node.pk, node.ref, node.name if node.tier else WHOLE, node.tier) for node in tree.root.walk()]
    return [Place(root.pk, root.ref, WHOLE) for root in programme.workstreams.roots()]


def members(programme: Programme, known: Iterable[Place]) -> list[Member]:
    """Everyone with a role in the programme, by name, each with their roles in the order of the tree."""
    return _members(programme, _held(programme), known)


def member(programme: Programme, pk: int, known: Iterable[Place]) -> Member | None:
    """One of them. None for a person without a role in this programme, whoever else they are."""
    return next(iter(_members(programme, _held(programme).filter(user__pk=pk), known)), None)


def with_role(programme: Programme, pk: int, known: Iterable[Place]) -> tuple[Member, Held] | None:
    """Who has the role of this key, and that role among theirs. None where it is not (any more) of this programme."""
    for found in _members(programme, _held(programme).filter(user__memberships__pk=pk), known):
        for held in found.roles:
            if held.pk == pk:
                return found, held
    return None


def _held(programme: Programme) -> QuerySet[Membership]:
    return Membership.objects.filter(workstream__programme=programme).select_related("user", "workstream")


def letters(programme: Programme) -> QuerySet[Letter]:
    """Every letter that told somebody of a role in this programme, newest first."""
    return Letter.objects.about(about(programme))


def about(programme: Programme) -> str:
    """What those letters are about."""
    return f"people/{programme.pk}"


def _members(programme: Programme, rows: QuerySet[Membership], known: Iterable[Place]) -> list[Member]:
    standing = {place.pk: (n, place) for n, place in enumerate(known)}
    roles: dict[User, list[tuple[int, Held]]] = defaultdict(list)
    for row in rows:
        gone = Place(row.workstream_id, row.workstream.ref, f"{row.workstream.ref} (no longer in the programme)")
        order, place = standing.get(row.workstream_id, (len(standing), gone))
        roles[row.user].append((order, Held(row.pk, Role(row.role), place)))
    newest: dict[int | None, Letter] = {}
    for letter in letters(programme).filter(recipient__in=[person.pk for person in roles]).defer("body"):
        newest.setdefault(letter.recipient_id, letter)
    people = sorted(roles, key=lambda person: (person.name.casefold(), person.pk))
    return [Member(person, _in_order(roles[person]), newest.get(person.pk)) for person in people]


def _in_order(roles: list[tuple[int, Held]]) -> tuple[Held, ...]:
    ranks = list(Role)
    return tuple(held for _, held in sorted(roles, key=lambda pair: (pair[0], ranks.index(pair[1].role))))


# --- As a table ---------------------------------------------------------------------------------------------

COLUMNS = (
    Column("name", "Name or post", Kind.TEXT, is_header=True),
    Column("email", "E-mail address", Kind.TEXT),
    Column("roles", "Roles", Kind.TEXT),
    Column("standing", "Signed in", Kind.TEXT),
)


def table(programme: Programme, found: Iterable[Member]) -> Table:
    rows = tuple(TableRow(str(member.person.pk), _cells(programme, member)) for member in found)
    caption, empty = f"People with a role in {programme}", "Nobody matches. Widen the filter."
    return Table("people", caption, COLUMNS, (RowGroup("", "", rows),), empty=empty)


def narrowed(found: Iterable[Member], *, words: str, role: str, ref: str) -> Iterator[Member]:
    """Those with these words in name or address who have this role, over this workstream; "" is any."""
    for member in found:
        if holds(f"{member.person.name} {member.person.email}", words) and any(
            role in ("", held.role) and ref in ("", held.place.ref) for held in member.roles
        ):
            yield member


def _cells(programme: Programme, member: Member) -> dict[str, Cell]:
    person = member.person
    return {
        "name": Cell(person.name, href=reverse("person", args=[programme.slug, person.pk])),
        "email": Cell(person.email),
        "roles": Cell("", parts=tuple(CellPart(str(held)) for held in member.roles)),
        "standing": Cell(member.standing, parts=(CellPart(member.trouble),) if member.trouble else ()),
    }


def _day(moment: dt.datetime) -> str:
    return long_date(timezone.localtime(moment).date())
