"""The codes of a scheme in the rows of a month: which it does not know, and what becomes of those a version retires.

Which columns hold codes is said by the models (`InPeriod.coded`), of every app.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from core.words import some_of
from programmes.models import InPeriod, Period, Position
from programmes.models.named import word
from programmes.months.digest import path_of
from programmes.months.reported import in_period_models, position_models
from programmes.scheme import Codes, CodesByTier, Scheme
from programmes.tree import Tree

type Coded = Mapping[type[InPeriod], tuple[QuerySet[Any], Mapping[str, Codes]]]  # rows of each kind, and their columns


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A code that a scheme does not know, with the rows that hold it: "product status “late” (P-1, P-2)"."""

    what: str
    rows: tuple[str, ...]  # by their natural keys

    def __str__(self) -> str:
        return f"{self.what} ({some_of(self.rows)})"


def unknown_codes(period: Period, scheme: Scheme, tree: Tree) -> Iterator[UnknownCode]:
    """What stands in any row of a month, withdrawn or not, that this scheme, its own or another, does not know."""
    everything = {model: model._default_manager.filter(period=period) for model in in_period_models()}
    yield from _in_columns({model: (rows, model.coded) for model, rows in everything.items()}, scheme)
    for model, rows in everything.items():
        if model.coded_by_tier:
            yield from _by_tier(model, rows, model.coded_by_tier, scheme, tree)


def unknown_when_carried(source: Period, scheme: Scheme) -> Iterator[UnknownCode]:
    """What the next month would take over from this one that its scheme would not know, and does not retire."""
    live = {model: model._default_manager.filter(period=source, withdrawn=False) for model in position_models()}
    coded: Coded = {model: (rows, _carried(model)) for model, rows in live.items()}
    yield from _in_columns(coded, scheme, carried=True)


def rewritten(model: type[Position], scheme: Scheme) -> dict[str, Case]:
    """What is copied into the columns of a kind of position that hold codes this scheme retires, by column."""
    found: dict[str, Case] = {}
    for column, codes in _carried(model).items():
        if retired := scheme.retired.get(codes.key):
            field: Any = model._meta.get_field(column)
            whens = [When(**{column: old}, then=Value(new)) for old, new in sorted(retired.items())]
            found[column] = Case(*whens, default=F(column), output_field=field)
    return found


def to_rewrite(source: Period, scheme: Scheme) -> dict[str, int]:
    """How many rows that carry forward hold a code that this scheme retires: "product status on_hold → behind"."""
    counts = {}
    for model in position_models():
        for column, codes in _carried(model).items():
            rows = model._default_manager.filter(period=source, withdrawn=False)
            for old, new in sorted(scheme.retired.get(codes.key, {}).items()):
                if n := rows.filter(**{column: old}).count():
                    counts[f"{_called(model, codes)} {old} → {new}"] = n
    return counts


def vocabularies() -> dict[str, Codes]:
    """Every kind of code that stands in a column, by what a document's `retired` calls it."""
    return {codes.key: codes for model in in_period_models() for codes in model.coded.values()}


def carried_vocabularies() -> frozenset[str]:
    """Those among them that carry forward, and can be retired."""
    return frozenset(codes.key for model in position_models() for codes in _carried(model).values())


def _carried(model: type[Position]) -> Mapping[str, Codes]:
    """The coded columns whose content is copied into the next month."""
    return {column: codes for column, codes in model.coded.items() if column not in model.starts_afresh}


def _in_columns(coded: Coded, scheme: Scheme, *, carried: bool = False) -> Iterator[UnknownCode]:
    """Of these rows of each kind and their coded columns: one query, however many kinds there are."""
    places = [(model, rows, column) for model, (rows, columns) in coded.items() for column in columns]
    queries = [
        rows.order_by().values_list(Value(n, IntegerField()), column).distinct()
        for n, (_, rows, column) in enumerate(places)
    ]
    for n, code in sorted(queries[0].union(*queries[1:], all=True)):
        model, rows, column = places[n]
        codes = coded[model][1][column]
        known = {"", *codes.known(scheme), *(scheme.retired.get(codes.key, ()) if carried else ())}
        if code not in known:
            yield UnknownCode(f"{_called(model, codes)} “{code}”", natural_keys(model, rows.filter(**{column: code})))


def _by_tier(
    model: type[InPeriod], rows: QuerySet[Any], codes: CodesByTier, scheme: Scheme, tree: Tree
) -> Iterator[UnknownCode]:
    holding: dict[tuple[str, ...], list[str]] = {}
    for key, *values in rows.order_by("pk").values_list("workstream", *codes.columns):
        node = tree.by_pk.get(key)
        if node and not codes.knows(scheme, node.tier, *values):
            holding.setdefault(tuple(values), []).append(node.ref)
    for values, refs in sorted(holding.items()):
        called = codes.called.format(**dict(zip(codes.columns, values, strict=True)), row=word(model))
        yield UnknownCode(called, tuple(sorted(refs)))


def _called(model: type[InPeriod], codes: Codes) -> str:
    return codes.called.format(row=word(model), key=codes.key)


def natural_keys(model: type[InPeriod], rows: QuerySet[Any]) -> tuple[str, ...]:
    """What these rows are known by, in order."""
    keys = rows.order_by().values_list(*(path_of(model, name) for name in model.natural_key))
    return tuple(sorted(", ".join(map(str, key)) for key in keys))
