"""Whether a version of a scheme can be used: by itself, and for what a month holds. Faults are whole sentences."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from core.words import how_many, some_of
from programmes.checks import CHECKS
from programmes.models import InPeriod, Period, SectionNote
from programmes.months.codes import (
    carried_vocabularies,
    unknown_codes,
    unknown_when_carried,
    vocabularies,
)
from programmes.months.kinds import unknown_kinds
from programmes.months.reported import in_period_models
from programmes.scheme import FIRST_CHECKS, Codes, CodesByTier, Scheme
from programmes.tree import Tree, trees

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # codes stand in addresses and name the columns of downloads

type Validator = Callable[[Scheme], Iterable[str]]

# What else must be true of a scheme, by higher apps: that there are the sections its layouts name, for example.
validators: list[Validator] = []


def faults(scheme: Scheme) -> Iterator[str]:
    """Why no month can be read by this scheme, whatever it holds: it names what there is not."""
    yield from _checks(scheme)
    yield from _codes(scheme)
    yield from _retired(scheme)
    yield from _alike(scheme)
    for validator in validators:
        yield from validator(scheme)


def faults_when_carried(source: Period, scheme: Scheme) -> Iterator[str]:
    """Why the month after this one cannot be read by this scheme: it would give no meaning to what is carried."""
    for found in unknown_kinds(source, scheme, carried=True):
        yield f"It has no place for what {source} carries forward: {found}. Withdraw that first."
    for unknown in unknown_when_carried(source, scheme):
        yield f"It does not know the {unknown} of {source}, nor does it say under “retired” what becomes of it."
    yield from _tiers(source, scheme, trees(source)[0])


def faults_now(period: Period, scheme: Scheme) -> Iterator[str]:
    """Why this month itself cannot be read by this scheme: it holds what that does not know."""
    (tree,) = trees(period)
    for found in unknown_kinds(period, scheme):
        yield f"It has no place for what {period} holds: {found}. Withdraw that first."
    for unknown in unknown_codes(period, scheme, tree):
        yield f"It does not know the {unknown} of {period}."
    yield from _tiers(period, scheme, tree)


def _checks(scheme: Scheme) -> Iterator[str]:
    known = {check.code: check for check in CHECKS}
    is_said = scheme.checks is not FIRST_CHECKS  # else those among them that ask about what it lacks do not look
    for code in dict.fromkeys((*scheme.checks, *scheme.holds_closing)):
        if code not in known:
            yield f"It names a check “{code}”, which there is not. There is: {', '.join(sorted(known))}."
        elif code not in scheme.checks:
            yield f"Its check “{code}” is to hold a month back, but is not among its checks."
        elif is_said and (lack := known[code].lacks(scheme)):
            yield f"It names the check “{code}”, which asks about {lack}, and it has no {lack}."


def _codes(scheme: Scheme) -> Iterator[str]:
    """Codes must fit the columns they are kept in, and an address."""
    longest: dict[str, int] = {}
    for model in in_period_models():
        held: list[tuple[Codes | CodesByTier, tuple[str, ...]]] = [
            (each, (name,)) for name, each in model.coded.items()
        ]
        if model.coded_by_tier:
            held.append((model.coded_by_tier, model.coded_by_tier.columns))
        for codes, columns in held:
            length = min(_length(model, column) for column in columns)
            longest |= {code: min(length, longest.get(code, length)) for code in codes.known(scheme)}
    keys = chain(scheme.layouts, (choice.key for layout in scheme.layouts.values() for choice in layout))
    length = _length(SectionNote, "section")
    longest |= {key: min(length, longest.get(key, length)) for key in keys}
    for code, length in longest.items():
        if len(code) > length:
            yield f"The code “{code}” is longer than {length} characters."
        elif not CODE.fullmatch(code):
            yield f"The code “{code}” may have letters from A to Z, figures, hyphens and underscores alone."


def _length(model: type[InPeriod], column: str) -> int:
    field: Any = model._meta.get_field(column)
    return int(field.max_length)


def _retired(scheme: Scheme) -> Iterator[str]:
    known, carried = vocabularies(), carried_vocabularies()
    for key, becomes in scheme.retired.items():
        if key not in carried:
            yield f"It retires codes of “{key}”, of which none is carried. Those of {', '.join(sorted(carried))} are."
            continue
        codes = known[key].known(scheme)
        for old, new in becomes.items():
            if old in codes:
                yield f"It retires the {key} “{old}”, but gives it a meaning as well."
            if new not in codes:
                yield f"It turns the {key} “{old}” into “{new}”, which it does not know."


def _alike(scheme: Scheme) -> Iterator[str]:
    """What stands side by side is told apart by its words, and levels by their glyphs too, in black and white."""
    words = {
        "dimensions": [each.label for each in scheme.dimensions.values()],
        "tranches": [each.label for each in scheme.tranches.values()],
    }
    for scale in scheme.scales.values():
        of = f"levels of the scale “{scale.code}”"
        words[of] = [level.word for level in scale.levels.values()]
        words[f"glyphs of the {of}"] = [level.glyph for level in scale.levels.values()]
    for what, said in words.items():
        for twice in (word for word, n in Counter(each.casefold() for each in said).items() if n > 1):
            yield f"Two {what} are “{twice}”, so nobody could tell them apart."


def _tiers(period: Period, scheme: Scheme, tree: Tree) -> Iterator[str]:
    deep = sorted(node.ref for node in tree.by_pk.values() if node.tier >= len(scheme.tiers))
    if deep:
        below = len(scheme.tiers) - 1
        yield f"It has {how_many(below, 'tier')} below the programme, and deeper stand {some_of(deep)} of {period}."
