"""How the positions of one kind are listed: narrowed, put in order, read as a table and changed many at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from core.blocks import Cell, Column
from core.lookups import one_of
from core.words import folded, holds
from programmes.forms.bulk import ChangeForm
from programmes.forms.listing import ListForm
from programmes.models import Period, Position
from programmes.month import Month
from programmes.scheme import Scheme
from programmes.tree import Node

PAGE = 50  # rows a page


def all_of(columns: Iterable[Column], _scheme: Scheme) -> tuple[Column, ...]:
    return tuple(columns)


@dataclass(frozen=True, slots=True)
class Listing[M: Position]:
    """A list of the positions of one kind.

    `what` is their word in the plural, in addresses and in sentences. `rows` gives the live ones of a period, `placed`
    and with whatever `form` narrows by and `sorts` names, as whoever reads a workstream may see them. `columns` and
    `cells` make the table that is read, with the ref and the first column filled in already.
    """

    what: str  # products
    model: type[M]
    form: type[ListForm]
    rows: Callable[[Period, Node], "QuerySet[Any]"]
    sorts: Mapping[str, str]  # columns by which it is sorted, with their words; anything else in an address is ignored
    columns: tuple[Column, ...]
    cells: Callable[[Month, Any], Mapping[str, Cell]]
    changes: type[ChangeForm] | None = None  # what can be changed in many at once
    kept: Callable[[Iterable[Column], Scheme], tuple[Column, ...]] = all_of  # of the columns, those of what there is

    @property
    def identity(self) -> str:
        """The field that says which thing a row is about."""
        (name,) = self.model.natural_key
        return name

    @property
    def thing(self) -> str:
        """The word for one of them: product."""
        return str(self.model.identity_fields()[self.identity]._meta.verbose_name)


def narrowed(
    listing: Listing[Any], period: Period, scope: Node, asked: Mapping[str, Any], sort: str = ""
) -> "QuerySet[Any]":
    """The live positions of a subtree that are asked for, in a total order. `asked` is a valid list form's data."""
    found = listing.rows(period, scope)
    if asked.get("only") or scope.parent is not None:
        keys = {scope.pk} if asked.get("only") else {node.pk for node in scope.walk()}
        found = found.filter(one_of("in_workstream", keys))
    found = listing.form.narrow(found, asked)
    if asked.get("q"):
        found = found.filter(one_of("pk", _with_words(listing, found, asked["q"])))
    return found.select_related(*listing.model.identity_fields()).order_by(*_order(listing, sort))


def _with_words(listing: Listing[Any], found: "QuerySet[Any]", words: str) -> Iterator[int]:
    """The keys of those with these words in their title, or with this very ref."""
    for pk, title, ref in found.values_list("pk", "title", f"{listing.identity}__ref"):
        if holds(title, words) or folded(words) == folded(ref):
            yield pk


def _order(listing: Listing[Any], sort: str) -> list[Any]:
    ref = f"{listing.identity}__ref"
    name = sort.removeprefix("-")
    if name not in listing.sorts or name == "ref":
        return [f"-{ref}" if sort == "-ref" else ref]
    column = Lower(name) if name == "title" else F(name)
    first = column.desc(nulls_last=True) if sort.startswith("-") else column.asc(nulls_last=True)
    return [first, ref]
