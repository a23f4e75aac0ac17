"""Which codes a scheme gives their meaning: what a model says of its columns that hold them (`InPeriod.coded`).

Closing refuses a month with a code that its scheme does not know, a version is refused that leaves a carried one
without meaning, and the codes that a version retires are rewritten when the next month opens. All three follow from
what the models say, whichever app they are of.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from programmes.scheme.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one column, each of which a scheme gives a meaning or does not know. "" is no code."""

    key: str  # what a document's `retired` calls them
    known: Callable[["Scheme"], Collection[str]]
    called: str = "{row} {key}"  # in a sentence: "product status"


@dataclass(frozen=True, slots=True)
class CodesByTier:
    """Codes of several columns that mean something together, at the tier of the row's workstream."""

    columns: tuple[str, ...]
    known: Callable[["Scheme"], Collection[str]]  # every code that may stand in any of them
    knows: Callable[..., bool]  # together: of the scheme, the tier and what stands in each column
    called: str  # in a sentence, with the columns' names for what stands in them


STATUSES = Codes("status", lambda scheme: scheme.delivery.levels)
TRANCHES = Codes("tranche", lambda scheme: scheme.tranches, "tranche")
NARRATIVE_KINDS = Codes("narrative", lambda scheme: scheme.narrative, "kind of narrative")
RATINGS = CodesByTier(
    ("dimension", "level"),
    lambda scheme: {*scheme.dimensions, *(code for scale in scheme.scales.values() for code in scale.levels)},
    lambda scheme, tier, dimension, level: scheme.rates(tier, dimension, level),
    "rating “{level}” for “{dimension}”",
)
