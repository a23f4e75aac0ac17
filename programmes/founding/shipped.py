"""The schemes that are shipped to start a programme from, and how one becomes a programme's own. No Django here."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programmes.scheme import Scheme, Tier, read

FOLDER = Path(__file__).resolve().parent.parent / "examples"
OF_THE_SHIPPED = ("label", "about", "retired")  # what the first document of a programme's own does not say
OF_THE_EXAMPLE = ("made_up",)  # what a part of it says of the example's own rows
WORDED = ("title", "meaning")  # texts of a document that name its tiers
MOST_TAKE = "somerset"  # which comes first: a reorganisation by tranches, on the way to a vesting day
TRANCHE_DATES = ("due_by", "change_freeze")
TIER = ("tier", "by_tier")  # what the document and its parts call a tier, and several of them
TIERS = ("tiers", "bare_tiers")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A scheme to start from."""

    code: str
    label: str
    about: str  # a sentence: what kind of programme reports like this
    document: Mapping[str, Any]

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Those below the programme, from the top."""
        return Scheme.parse(self.document).tiers[1:]

    @property
    def has_vesting_day(self) -> bool:
        return Scheme.parse(self.document).vesting_day is not None


def shipped() -> dict[str, Shipped]:
    """Every scheme that lies beside an example, by the name of its folder, in its newest version.

    What begins now begins with the rules that the example goes by now, not with those that it has left.
    """
    found = {}
    for path in sorted(FOLDER.glob("*/scheme.json"), key=lambda path: (path.parent.name != MOST_TAKE, path)):
        document = versions(path.parent)[-1]
        code = path.parent.name
        found[code] = Shipped(code, document["label"], document["about"], document)
    return found


def versions(folder: Path) -> list[dict[str, Any]]:
    """The documents of a folder in the order of their versions: `scheme.json`, then `scheme-2.json` and so on."""
    paths, number = [folder / "scheme.json"], 2
    while (path := folder / f"scheme-{number}.json").exists():
        paths.append(path)
        number += 1
    return [read(path.read_bytes()) for path in paths]


def adapted(
    document: Mapping[str, Any],
    *,
    starts_on: dt.date,
    vesting_day: dt.date | None,
    tiers: Sequence[Tier],
    return_tier: int,
) -> dict[str, Any]:
    """Return the document with these dates and these tiers below the programme. Raise SchemeError where it breaks.

    The lowest tier stays the lowest: what the shipped scheme says of its own lowest holds for the new one, whether that
    is deeper or less deep, and for every tier between. A tranche keeps its distance from vesting day, or from the day
    of the start. `vesting_day` is None for a scheme that has none.
    """
    shipped = Scheme.parse(document)
    place = _Places(lowest=len(shipped.tiers) - 1, deepest=len(tiers))
    names = [shipped.tiers[0], *tiers]
    own = {key: value for key, value in document.items() if key not in OF_THE_SHIPPED}
    made: dict[str, Any] = _reworded(own, _swap(shipped.tiers, names, place)) | {
        "starts_on": starts_on.isoformat(),
        **({"vesting_day": vesting_day.isoformat()} if vesting_day else {}),
        "tiers": [{"word": tier.word, "plural": tier.plural} for tier in names],
        "return_tier": return_tier,
    }
    made["dimensions"] = [
        dimension | {"scales": scales}
        for dimension in made["dimensions"]
        if (scales := place.scales(dimension["scales"]))
    ]
    later = (vesting_day or starts_on) - (shipped.vesting_day or shipped.starts_on)
    made["tranches"] = [_moved(tranche, later, starts_on) for tranche in made.get("tranches", ())]
    made |= {key: place.again(value) for key, value in made.items() if key != "tiers"}
    Scheme.parse(made)
    return made


def _moved(tranche: Mapping[str, Any], later: dt.timedelta, starts_on: dt.date) -> dict[str, Any]:
    """A tranche whose dates are so much later, but never before the start."""
    dates = {key: dt.date.fromisoformat(tranche[key]) for key in TRANCHE_DATES if tranche.get(key)}
    return {**tranche} | {key: max(day + later, starts_on).isoformat() for key, day in dates.items()}


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the tiers of a shipped scheme are found in one with more or fewer."""

    lowest: int  # tier of the shipped scheme
    deepest: int  # tier of the new one

    def of(self, tier: int) -> int:
        return self.deepest if tier == self.lowest else min(tier, self.deepest)

    def again(self, value: Any) -> Any:
        """A copy of a document's value with every tier that it names where that is now."""
        match value:
            case Mapping():
                return {key: self._named(key, item) for key, item in value.items()}
            case list():
                return [self.again(item) for item in value]
            case _:
                return value

    def _named(self, key: str, value: Any) -> Any:
        if key in TIER and isinstance(value, int):
            return self.of(value)
        if key in TIERS and isinstance(value, list):
            return sorted({self.of(tier) for tier in value})
        return self.again(value)

    def scales(self, shipped: Mapping[str, str]) -> dict[str, str]:
        """A dimension's scales by tier. What was rated only in tiers that are gone is rated in the lowest there is."""
        sources = {str(tier): str(min(tier, self.lowest)) for tier in range(self.deepest + 1)}
        scales = {tier: shipped[source] for tier, source in sources.items() if source in shipped}
        for tier in sorted(shipped.keys() - sources.keys(), reverse=True):
            scales.setdefault(str(self.deepest), shipped[tier])
        return scales


def _swap(shipped: Sequence[Tier], names: Sequence[Tier], place: _Places) -> Callable[[str], str]:
    """A function that puts the new words in a text for the shipped ones, and a capital where there was one."""
    words: dict[str, str] = {}
    for tier, was in enumerate(shipped):
        now = names[place.of(tier)]
        words |= {was.word.lower(): now.word, was.plural.lower(): now.plural}
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w-])(?:{alternatives})(?![\w-])", re.IGNORECASE)

    def put(found: re.Match[str]) -> str:
        word = words[found[0].lower()]
        return word[0].upper() + word[1:] if found[0][0].isupper() else word

    return lambda text: pattern.sub(put, text)


def _reworded(value: Any, swap: Callable[[str], str]) -> Any:
    """A copy of a document's value whose titles and meanings say the new words, for rows of its own."""
    match value:
        case Mapping():
            return {
                key: swap(item) if key in WORDED and isinstance(item, str) else _reworded(item, swap)
                for key, item in value.items()
                if key not in OF_THE_EXAMPLE
            }
        case list():
            return [_reworded(item, swap) for item in value]
        case _:
            return value
