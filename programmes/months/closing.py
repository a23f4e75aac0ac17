"""What must be true of a period before it closes, and what is kept of it when it has."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import IntegerField, Value

from accounts.models import User
from core.words import one
from programmes.models import Narrative, Period, Position, Versioned, Workstream
from programmes.models.named import word
from programmes.month import Month
from programmes.months.codes import unknown_codes
from programmes.months.kinds import unknown_kinds
from programmes.months.reported import identity_models, own_field, references
from programmes.tree import Tree, trees

# What a row is called in a sentence, where its kind's own word does not say it.
NAMES: dict[type[Versioned], str] = {Narrative: "narrative entry"}

CLOSING = "period.close"  # what its entry in the audit says was done
# The same of months that were there when months began to keep their programme's particulars (migration 0008).
SEALING = "period.seal"

type Place = tuple[type[Versioned], str]  # a kind of row, and its field that names a thing
type Gate = Callable[[Month], Iterable[str]]

# What higher apps hold a closing back for, as sentences. A gate can be overridden with a reason; a fault cannot. Each
# goes by the whole month, whoever it is that looks.
gates: list[Gate] = []

# What is to be said of a month that closes and holds nothing back, as sentences: it is printed with the report.
remarks: list[Gate] = []


@dataclass(frozen=True, slots=True)
class Notice:
    """What whoever closes a month is told, which holds nothing back: a sentence, and where to read more."""

    sentence: str
    title: str = ""  # of the page at `href`
    href: str = ""


# What higher apps say of a month before it closes.
notices: list[Callable[[Month], Notice]] = []


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a higher app keeps what it makes of a period that has closed, such as its report. That takes seconds."""

    at_once: Callable[[Period, User | None], object]
    by_worker: Callable[[Period, User | None], object]  # has it queued


keepings: list[Keeping] = []


def keep_at_once(period: Period, *, by: User | None) -> None:
    """Keep what is to be kept of a closed period: for a command, after the transaction of the closing."""
    for keeping in keepings:
        keeping.at_once(period, by)


def keep_by_worker(period: Period, *, by: User | None) -> None:
    """Have it kept: for a person who is not to wait, in the transaction of the closing. They can follow the job."""
    for keeping in keepings:
        keeping.by_worker(period, by)


def objections(month: Month) -> list[str]:
    """Why the gates hold the month back."""
    return [sentence for gate in gates for sentence in gate(month)]


def remarked(month: Month) -> list[str]:
    """What is to be said of the month as it closes."""
    return [sentence for remark in remarks for sentence in remark(month)]


def notices_on(month: Month) -> list[Notice]:
    """What there is to know before it is closed, whether it is held back or not."""
    return [notice(month) for notice in notices]


def faults(period: Period, tree: Tree | None = None) -> Iterator[str]:
    """Sentences that say why the period cannot close: a reference to nothing, a code its scheme does not know.

    `tree` are its workstreams, where they are at hand.
    """
    if tree is None:
        (tree,) = trees(period)
    if tree.root is None:
        yield f"{period} holds no workstream: there is nothing to close."
    for found in unknown_kinds(period, period.scheme):
        yield f"The scheme of {period} has no place for what stands in it: {found}."
    yield from _lost(period, tree)
    for node in tree.misplaced(len(period.scheme.tiers)):
        name = f"{node.name} ({node.ref})"
        yield f"{name} is of tier {node.tier}: that is not below what it stands under, or no tier at all."
    for unknown in unknown_codes(period, period.scheme, tree):
        yield f"The {unknown} is not in the scheme of {period}."


def _lost(period: Period, tree: Tree) -> Iterator[str]:
    """A row may only name what has a position in the period; a workstream must hang from the root as well."""
    identities = sorted(identity_models(), key=lambda each: each is not Workstream)
    own = {identity: (own_field(identity).model, own_field(identity).name) for identity in identities}
    named = _named(period, [*own.values(), *(each for identity in identities for each in references(identity))])
    for identity in identities:
        held = set(tree.by_pk) if identity is Workstream else named[own[identity]]
        for model, field in references(identity):
            lost = named[model, field] - held
            what, where = one(NAMES.get(model, word(model))).capitalize(), identity._meta.verbose_name
            refs = identity._default_manager.filter(pk__in=lost).values_list("ref", flat=True) if lost else ()
            for ref in sorted(refs):
                yield f"{what} stands under {where} {ref}, which {period} does not hold: move it or withdraw it."


def _named(period: Period, fields: Iterable[Place]) -> dict[Place, set[int]]:
    """Keys of what the live rows of each kind name in each of these fields: one query, however many kinds there are."""
    found: dict[Place, set[int]] = {place: set() for place in fields}
    places, queries = list(found), []
    for n, (model, field) in enumerate(places):
        live = {"withdrawn": False} if issubclass(model, Position) else {}
        rows = model._default_manager.order_by().filter(period=period, **{f"{field}__isnull": False}, **live)
        queries.append(rows.values_list(Value(n, IntegerField()), f"{field}_id").distinct())
    for n, key in queries[0].union(*queries[1:], all=True):
        found[places[n]].add(key)
    return found
