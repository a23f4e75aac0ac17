"""Rows as lines of a list that is edited in place, and a conflict as two columns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.roles import Permission
from core import blocks
from core.as_html import header_cells, stacking_cells
from programmes.editing.drafts import draft_of
from programmes.models import Versioned
from programmes.month import Month
from programmes.rows import Row, RowForm, RowKind

ACTS = {
    "move": "Move",
    "split": "Split",
    "merge": "Merge into another",
    "withdraw": "Withdraw",
    "restore": "Take back in",
}


@dataclass(frozen=True)
class Line:
    month: Month
    target: Row[Any]
    cells: SafeString
    width: int  # columns, that of the acts among them
    address: str
    may_change: bool
    acts: list[tuple[str, str]]  # what else can be done with it: where, and what that is called

    @property
    def may_confirm(self) -> bool:
        """Whether it can be said that it is still right as it was carried from last period."""
        return self.target.is_unseen and not self.target.is_withdrawn and may_confirm(self.month, self.target)

    @property
    def has_draft(self) -> bool:
        """Whether this person typed something into it and has not saved it."""
        return self.may_change and not self.target.is_withdrawn and draft_of(self.month, self.target) is not None

    @property
    def may_remove(self) -> bool:
        """Whether it is taken away rather than withdrawn: it was said afresh this month."""
        return self.may_change and not self.target.is_new and not self.target.kind.stays


@dataclass(frozen=True)
class Lines:
    """A list of rows of one kind under a caption."""

    kind: RowKind[Any]
    caption: str
    head: list[tuple[blocks.HeaderCell, str]]
    lines: list[Line]
    add: tuple[tuple[str, str], ...] = ()  # where another is begun, and what that is called
    empty: str = "Nothing here yet."

    @property
    def width(self) -> int:
        return len(self.head) + 1


def lines(
    month: Month, kind: RowKind[Any], targets: Iterable[Row[Any]], caption: str, *, add: Iterable[tuple[str, str]] = ()
) -> Lines:
    """A list to edit. `add`: the key by which another is begun and what that is called."""
    table = kind.table(month, caption)
    places = tuple((address(month, kind, key), label) for key, label in add)
    return Lines(kind, caption, header_cells(table), [line(month, target) for target in targets], places)


def line(month: Month, target: Row[Any]) -> Line:
    table = target.kind.table(month, "")
    row = blocks.TableRow(target.key, target.kind.cells(month, target))
    return Line(
        month,
        target,
        stacking_cells(table, row),
        len(table.columns) + 1,
        address(month, target.kind, target.key),
        may_change(month, target),
        acts(month, target) if may_change(month, target) else [],
    )


def acts(month: Month, target: Row[Any]) -> list[tuple[str, str]]:
    """What can be done with a thing besides changing what it says."""
    if target.is_new:
        return []
    place = (month.programme.slug, month.period.label, target.kind.code, target.own_key)
    codes = ["restore"] if target.is_withdrawn else target.kind.acts
    return [(reverse("plan", args=[*place, act]), ACTS[act]) for act in codes]


def may_change(month: Month, target: Row[Any]) -> bool:
    return target.node.pk in month.reach_of_any(target.kind.model.writers)


def may_confirm(month: Month, target: Row[Any]) -> bool:
    """Whether it is this person's to say that a row holds: where its lead looks at it, whoever reports there."""
    if Permission.REPORT not in target.kind.model.writers:
        return may_change(month, target)
    return target.node.pk in month.reported


def address(month: Month, kind: RowKind[Any], key: str, view: str = "row") -> str:
    return reverse(view, args=[month.programme.slug, month.period.label, kind.code, key])


class Difference(NamedTuple):
    """A field that two people fill in differently."""

    label: str
    mine: str
    theirs: str


def differences(form: RowForm[Any], theirs: Versioned | None) -> list[Difference]:
    """What the writer's form says otherwise than the row says now."""
    if theirs is None:
        return []
    there = replace(form.target, row=theirs)
    mine, now = type(form)(form.data, month=form.month, target=there), type(form)(month=form.month, target=there)
    asked = {field.name for field in now.visible_fields()}
    names = [field.name for field in form if field.name in asked and field.name in mine.changed_data]
    return [Difference(str(mine[name].label or ""), _said(mine[name]), _said(now[name])) for name in names]


def stated(form: RowForm[Any]) -> list[tuple[str, str]]:
    """What the fields of a form hold, in words: label and value."""
    return [(str(field.label or ""), _said(field)) for field in form.visible_fields()]


def _said(field: Any) -> str:
    value = field.value()
    if value in (None, ""):
        return "nothing"
    choices = dict(getattr(field.field, "choices", ()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(each, each)) for each in value) or "nothing"
    return str(choices.get(str(value), value)).replace("\r\n", "\n").strip() or "nothing"
