"""What a kind of row is, what a return holds of it, and the form that every kind begins with."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, Protocol

from django import forms
from django.db import models
from django.http import Http404

from accounts.models import User
from core.asking import ask, without_answers
from core.blocks import Cell, Column, Table
from core.doubts import Horizon
from core.fields import DayField, LongText, StatedDateField, TextField
from core.lookups import one_of
from programmes.actions.rows import NEW, Values, write_row
from programmes.editing.listing import Listing
from programmes.horizon import horizon_of
from programmes.models import Identity, Position, Versioned
from programmes.models.stated_dates import date_columns, date_stated, stated_of
from programmes.month import Month
from programmes.months.digest import path_of
from programmes.rows.part import Part
from programmes.scheme import Scheme
from programmes.tree import Node

type PartOfReturn = Callable[["Held"], Iterable[Part]]  # from what a return holds to the parts that ask for it

BLANK = {"seen": NEW, "of": ""}  # of a form that was begun from no row
ANOTHER = -1  # the version seen of a row that is not the one there now
RELOAD = "It does not say which version it was begun from. Reload the page, then type it again."
MOST = 2_147_483_647  # a whole number that both databases hold
MONTHLY = "it is reported from month to month"  # why a thing is never taken away
LONG = 5_000  # characters of a text: two pages, and well below what a cell of a workbook holds


class Save(Protocol):
    """Writes a row as `write_row` does, in the transaction of its caller."""

    def __call__(
        self,
        row: Versioned,
        values: Values,
        *,
        seen: int,
        about: str,
        touches: frozenset[int],
        by: User,
        before: Month | None = None,
    ) -> bool: ...


@dataclass(frozen=True, slots=True)
class Row[M: Versioned]:
    """A row of the open month that an address names: there already, or blank and to be added.

    `node` is the workstream it is reported in, the programme itself for a row that is the programme's own.
    """

    kind: "RowKind[M]"
    key: str  # as in its address
    row: M
    node: Node  # the workstream it stands under
    about: str  # in a sentence: “Schedule rating of Finance”
    fresh: str = ""  # the key by which another one like it is begun; "" where there can be only this one

    @property
    def is_new(self) -> bool:
        return self.row.pk is None

    @property
    def own_key(self) -> str:
        """Its key once it is there: a thing's ref, without the place it is added to."""
        return self.key.rpartition("/")[2] if isinstance(self.row, Position) else self.key

    def key_of(self, other: M) -> str:
        """The own key of another row in the same place, which differs from this one by its number."""
        number = getattr(other, other.natural_key[-1])
        last = number.ref if isinstance(number, Identity) else str(number)
        return replace(self, key=f"{self.key.rpartition('/')[0]}/{last}").own_key

    @property
    def is_unseen(self) -> bool:
        """Whether it is as last month, or was changed by others, and nobody has looked at it since."""
        return isinstance(self.row, Position) and (self.row.carried or bool(self.row.changed_by_others))

    @property
    def changed_by_others(self) -> list[str]:
        """What others changed in it, each a few words, which its lead has not looked at since."""
        return self.row.changed_by_others.splitlines() if isinstance(self.row, Position) else []

    @property
    def is_withdrawn(self) -> bool:
        return isinstance(self.row, Position) and self.row.withdrawn

    @property
    def seen(self) -> "dict[str, Any]":
        """What a form sends back of the row it was begun from: one taken away and added again is another row."""
        return BLANK if self.is_new else {"seen": self.row.version, "of": self.row.pk}


@dataclass(frozen=True, slots=True)
class RowKind[M: Versioned]:
    """A kind of row that people edit: how one is found, asked for, shown, saved and listed.

    A kind is registered once, from the app of its model, and with that is edited in place and on a page of its own,
    drafted, audited, held by its return and listed; no other app knows of it. What follows from the model is not said
    again here: who may write it (`writers`), where it stands (`stands_under`), whether it is carried from month to
    month (`Position`).

        PRODUCT = register(RowKind("product", "product", ProductPosition, ProductForm, find, of, columns, cells, …))
    """

    code: str  # in addresses
    word: str  # “product”
    model: type[M]
    form: "type[RowForm[M]]"
    find: Callable[[Month, str], Row[M]]  # by key; raises Http404 for one that names nothing of this person's
    of: Callable[[Month, M], Row[M]]  # of a row that is at hand, read with what its cells name
    columns: Callable[[Month], tuple[Column, ...]]  # of the line that shows it
    cells: Callable[[Month, Row[M]], Mapping[str, Cell]]
    stays: str = ""  # why one is never taken away, or what to do instead
    acts: tuple[str, ...] = ()  # what else can be done with a live one: see programmes/forms/acts.py
    save: Save = write_row
    part: PartOfReturn | None = None  # where a return asks for it; several kinds may share one
    needs: Callable[[Scheme], Any] | None = None  # the part of a scheme without which no return asks for it
    listing: Listing[Any] | None = None  # how it is listed, narrowed and changed in bulk

    def is_in(self, month: Month) -> bool:
        """Whether the programme has such rows in this month."""
        return self.model.is_kept(month.scheme)

    def table(self, month: Month, caption: str) -> Table:
        """A table without rows: its columns head the lines."""
        return Table(self.code, caption, self.columns(month), ())


KINDS: dict[str, RowKind[Any]] = {}


def register[M: Versioned](kind: RowKind[M]) -> RowKind[M]:
    """Add a kind of row to all that are edited. Its order among them is that of its part in a return."""
    KINDS[kind.code] = kind
    return kind


def listed_kinds() -> dict[str, RowKind[Any]]:
    """The kinds of rows that have a list, by its word in addresses: products."""
    return {kind.listing.what: kind for kind in KINDS.values() if kind.listing}


def asked_for(scheme: Scheme) -> list[RowKind[Any]]:
    """The kinds of rows that returns are made of in the months of a scheme, in the order of their parts."""
    kept = (kind for kind in KINDS.values() if kind.part and kind.model.is_kept(scheme))
    return [kind for kind in kept if kind.needs is None or kind.needs(scheme)]


@dataclass(frozen=True)
class Held:
    """What one return of a month holds: the rows of each kind are read once, whoever asks for them.

    `marks` are annotated to the rows of a model: what is to be found in them without asking again.
    """

    month: Month
    unit: Node
    marks: Mapping[type[Position], Mapping[str, models.Q]] = field(default_factory=dict)
    _rows: dict[str, list[Any]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def nodes(self) -> list[Node]:
        """The workstreams that are reported in it."""
        return self.month.in_return(self.unit)

    def rows[M: Versioned](self, kind: RowKind[M]) -> list[M]:
        """Every row of a kind, `reported`, in the order of what tells them apart, those that are withdrawn last."""
        if kind.code not in self._rows:
            self._rows[kind.code] = list(self._reported(kind.model))
        return self._rows[kind.code]

    def all_rows(self) -> Iterator[Any]:
        """Every row of every kind that is asked for."""
        return chain.from_iterable(map(self.rows, asked_for(self.month.scheme)))

    def _reported(self, model: Any) -> "models.QuerySet[Any]":
        rows = model._default_manager.reported(self.month.period)
        here = rows.filter(one_of("in_workstream", [node.pk for node in self.nodes]))
        apart = [path_of(model, name) for name in model.natural_key]
        last = ["withdrawn"] if issubclass(model, Position) else []
        marked: models.QuerySet[Any] = here.annotate(**self.marks.get(model, {})).order_by(*last, *apart)
        return marked


def seen_node(month: Month, ref: str) -> Node:
    """The workstream of this ref, if this person may read it."""
    return month.node_or_404(ref, month.seen)


def lost(month: Month, key: str) -> Http404:
    return Http404(f"There is no {key} of yours in {month.period}.")


def asked(db_field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """The form field that asks for a model's field: ours for text and days, else Django's own."""
    if isinstance(db_field, models.DateField):
        return DayField(required=False, label=_label(db_field))
    if db_field.choices:
        choices = [*([("", "Not stated")] if db_field.blank else []), *db_field.flatchoices]
        empty = None if db_field.null else ""
        return forms.TypedChoiceField(
            choices=[(str(value), words) for value, words in choices],
            coerce=db_field.to_python,
            empty_value=empty,
            required=not db_field.blank,
            label=_label(db_field),
        )
    if isinstance(db_field, models.TextField | models.CharField):
        is_long = isinstance(db_field, models.TextField)
        widget = LongText() if is_long else None
        length = db_field.max_length or LONG
        return TextField(
            max_length=length, required=not db_field.blank, label=_label(db_field), widget=widget, empty_value=""
        )
    if isinstance(db_field, models.IntegerField):
        kwargs["max_value"] = MOST
    return db_field.formfield(**kwargs)


def _has_words(constraint: models.BaseConstraint) -> bool:
    return constraint.violation_error_message != constraint.default_violation_error_message


def _label(db_field: "models.Field[Any, Any]") -> str:
    words = str(db_field.verbose_name)
    return words[:1].upper() + words[1:]


class RowForm[M: Versioned](forms.ModelForm[M]):
    """One row to be changed or added. `values` is what it says then, by column.

    Fields of dates that may be stated in words are declared by the class, each named for its three columns.
    """

    seen = forms.IntegerField(
        min_value=NEW,
        widget=forms.HiddenInput,
        label="This form",
        error_messages=dict.fromkeys(("required", "invalid"), RELOAD),
    )
    of = forms.IntegerField(required=False, widget=forms.HiddenInput, error_messages={"invalid": RELOAD})

    focus: ClassVar[str]  # the field to begin with

    class Meta:
        formfield_callback = staticmethod(asked)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        month: Month,
        target: Row[M],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.month, self.target = month, target
        row = copy(target.row)  # checking a form writes into its instance
        stated = {name: date_stated(row, name) for name in self._stated()}
        given = target.seen | stated | dict(initial or {})
        place = re.sub(r"\W", "-", f"{target.kind.code}-{target.key}")  # several forms may be open on one page
        super().__init__(data, instance=row, initial=given, auto_id=f"{place}-%s")
        self.prepare()
        dates = [name for name, field in self.fields.items() if isinstance(field, StatedDateField)]
        ask(self, self.horizon(), {name: self._stands(name) for name in dates})
        self.fields[self.focus].widget.attrs["data-focus"] = True

    def prepare(self) -> None:
        """Offer the choices of the scheme, and only what may be changed here."""

    def horizon(self) -> Horizon:
        """The days among which its dates are likely."""
        return horizon_of(self.month)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("seen") and said.get("of") not in {None, self.target.row.pk}:
            said["seen"] = ANOTHER
        return said

    def validate_constraints(self) -> None:
        """Leave to the database what only it can break: the fields offer nothing that its constraints refuse.

        Each would be a query of its own. A constraint that a form's fields can break between them has a sentence of
        its own, and is asked.
        """
        told = [each for each in self.instance._meta.constraints if _has_words(each)]
        form: Any = self  # what Django's own form does with them, no type knows
        exclude = form._get_validation_exclusions()
        for constraint in told:
            try:
                constraint.validate(type(self.instance), self.instance, exclude=exclude)
            except forms.ValidationError as error:
                form._update_errors(error)

    def as_data(self) -> dict[str, Any]:
        """What a browser would send if nobody touched the form: a row checked as it stands."""
        return {
            name: True if value is True else "" if value in (None, False) else value
            for name in self.fields
            for value in (self[name].value(),)
        }

    def values(self) -> dict[str, Any]:
        """What the row says after saving, by column. Once the form is valid."""
        out: dict[str, Any] = {}
        for name, value in without_answers(self).items():
            if name in BLANK:
                continue
            out |= date_columns(name, value) if name in self._stated() else {name: value}
        return out

    def touches(self) -> frozenset[int]:
        """Keys of the workstreams it stands under, and will stand under once saved. Once the form is valid."""
        return frozenset({self.target.node.pk})

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Ask for a code by its words."""
        self.fields[name] = forms.ChoiceField(
            choices=choices, label=self.fields[name].label, required=False, help_text=self.fields[name].help_text
        )

    def _stands(self, name: str) -> Any:
        """The date that the row states in a field as it is now, whatever a draft says."""
        row = self.target.row
        return stated_of(row, name) if name in self._stated() else getattr(row, name, None)

    @classmethod
    def _stated(cls) -> list[str]:
        return [name for name, field in cls.base_fields.items() if type(field) is StatedDateField]
