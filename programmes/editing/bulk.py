"""Many rows of one kind changed at once: each is checked by its own form, then all are written or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.lookups import one_of
from programmes.actions.locking import Seen
from programmes.actions.positions import Change, ManyStale, save_positions
from programmes.editing.listing import narrowed
from programmes.leads import Leads
from programmes.models.named import address
from programmes.month import Month
from programmes.rows.base import Row, RowForm, RowKind

MOST = 500  # rows at once: more would keep everybody else waiting


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be saved, and why."""

    target: Row[Any]
    sentences: list[str]


class Written(NamedTuple):
    """Into how many rows something was written, and of how many their lead has still to look at the rest."""

    rows: int
    unseen: int


class NotSaved(Exception):
    """Nothing was written, because of these rows."""

    def __init__(self, problems: list[Problem], *, is_stale: bool = False) -> None:
        super().__init__("Nothing was changed.")
        self.problems, self.is_stale = problems, is_stale


def changeable(month: Month, rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Of these rows, those this person may change."""
    return rows.filter(one_of("in_workstream", month.reach_of_any(rows.model.writers)))


def chosen(month: Month, kind: RowKind[Any], refs: Iterable[str]) -> list[Row[Any]]:
    """The rows of these refs that this person may change; another's ref names nothing."""
    assert month.tree.root is not None
    assert kind.listing is not None
    live = narrowed(kind.listing, month.period, month.tree.root, {})
    known = [ref for ref in refs if "\0" not in ref]  # PostgreSQL does not even look for such a text
    rows = changeable(month, live).filter(**{f"{kind.listing.identity}__ref__in": known})
    return [kind.of(month, row) for row in rows]


def save_all(rows: list[Row[Any]], changes: Mapping[str, Any], *, month: Month, seen: Seen) -> Written:
    """Write these changes, as their forms take them, into all of these rows.

    Without a change, rows carried from last period are confirmed as they are. A change looks at what it changes alone:
    in rows of others the mark stays that their lead has not looked at them. Raise NotSaved where a row's own form
    refuses it or somebody saved one meanwhile, and Refused; then none is written.
    """
    forms = [_form(month, row, changes, seen) for row in rows]
    if refused := [Problem(form.target, _errors(form)) for form in forms if not form.is_valid()]:
        raise NotSaved(refused)
    touches = frozenset[int]().union(*(form.touches() for form in forms))
    leads = Leads(month.programme)
    wanted = [
        Change(
            form.target.row,
            form.values(),
            form.cleaned_data["seen"],
            form.target.about,
            not changes or month.user in leads.nearest(reversed(month.tree.path(form.target.node))),
        )
        for form in forms
    ]
    try:
        written = save_positions(wanted, touches=touches, by=month.user)
    except ManyStale as stale:
        targets = {form.target.row.pk: form.target for form in forms}
        sentence = "Somebody changed this meanwhile. It is shown as it is now."
        problems = [Problem(targets[row.pk], [sentence]) for row in stale.rows]
        raise NotSaved(problems, is_stale=True) from stale
    return Written(len(written), sum(change.row.carried and not change.is_looked_at for change in written))


def _form(month: Month, row: Row[Any], changes: Mapping[str, Any], seen: Seen) -> RowForm[Any]:
    as_it_is = row.kind.form(month=month, target=row).as_data()
    said = {**as_it_is, **changes, "seen": seen.get(address(row.row), "")}
    return row.kind.form(said, month=month, target=row)


def _errors(form: RowForm[Any]) -> list[str]:
    if "seen" in form.errors:
        return ["It is not known what you saw of it. Reload the page."]
    return [f"{form[name].label if name in form.fields else ''}: {e}" for name, es in form.errors.items() for e in es]
