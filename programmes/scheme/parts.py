"""The parts of a scheme that apps above have their rules in: each declares its own, and reads it from any scheme.

A part that a document does not have is not set: `absent` stands for it, which means that there are no such rules. It
never stands for rules of today, because an old version would then say what nobody had agreed when it held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from programmes.scheme.document import Place

if TYPE_CHECKING:
    from programmes.scheme.scheme import Scheme

# What the document itself says; every other key is a part of an app's (`parts` below), or nobody's and left alone.
OWN_KEYS = frozenset(
    [
        *("format", "label", "about", "starts_on", "vesting_day", "tiers", "return_tier", "scales", "dimensions"),
        *("delivery", "delivered", "not_begun", "checks", "holds_closing", "retired", "tranches", "narrative"),
        "layouts",
    ]
)


@dataclass(frozen=True, slots=True)
class SchemePart[T]:
    """An object under a key of the document: how it is read, and what it means that there is none.

    `parse` gets the place, by which its complaints name theirs, and the scheme without the parts of any app, so that a
    part may name tiers, scales and tranches. It raises SchemeError.

        RULES = register(SchemePart[Rules | None]("risks", parse=_rules, absent=None))
        ...
        rules = RULES.of(month.scheme)  # None: this programme reports no risks yet
    """

    key: str
    parse: Callable[[Place, "Scheme"], T]
    absent: T

    def of(self, scheme: "Scheme") -> T:
        return cast("T", scheme.parts.get(self.key, self.absent))


parts: dict[str, SchemePart[Any]] = {}


def register[T](part: SchemePart[T]) -> SchemePart[T]:
    """Have every scheme read with this part. Raise ValueError where its key is taken."""
    if part.key in parts or part.key in OWN_KEYS:
        raise ValueError(f"The key “{part.key}” of a scheme is taken.")
    parts[part.key] = part
    return part


def parse_all(place: Place, scheme: "Scheme") -> dict[str, Any]:
    """Every part that the document has, by its key."""
    return {key: part.parse(place.inside(key), scheme) for key, part in parts.items() if key in place}
