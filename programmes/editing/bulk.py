"""Many products or milestones changed at once: each is checked by its own form, then all are written or none."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from core.lookups import one_of
from programmes.actions import Stale
from programmes.actions.locking import Seen, address, lock_unmoved
from programmes.actions.rows import save_row
from programmes.editing.guards import guard
from programmes.editing.listing import Listing, narrowed
from programmes.leads import Leads
from programmes.month import Month
from programmes.rows import Row, RowForm, RowKind, plan

MOST = 500  # rows at once: more would keep everybody else waiting

# The kind, and how one of its rows is made a target.
KINDS: dict[str, tuple[RowKind, Callable[[Month, Any], Row]]] = {
    "products": (plan.PRODUCT, plan.product_of),
    "milestones": (plan.MILESTONE, plan.milestone_of),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be saved, and why."""

    target: Row
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


def changeable(month: Month, rows: QuerySet[Any], listing: Listing) -> QuerySet[Any]:
    """Of these rows, those this person may change."""
    return rows.filter(one_of(listing.workstream, month.reported))


def targets(month: Month, listing: Listing, rows: Iterable[Any]) -> list[Row]:
    _, of = KINDS[listing.what]
    return [of(month, row) for row in rows]


def chosen(month: Month, listing: Listing, refs: Iterable[str]) -> list[Row]:
    """The rows of these refs that this person may change; another's ref names nothing."""
    assert month.tree.root is not None
    live = narrowed(listing, month.period, month.tree.root, {})
    known = [ref for ref in refs if "\0" not in ref]  # PostgreSQL does not even look for such a text
    rows = changeable(month, live, listing).filter(**{f"{listing.identity}__ref__in": known})
    return targets(month, listing, rows)


def save_all(rows: list[Row], changes: Mapping[str, Any], *, month: Month, seen: Seen) -> Written:
    """Write these changes, as their forms take them, into all of these rows.

    Without a change, rows carried from last month are confirmed as they are. A change looks at what it changes alone:
    in rows of others the mark stays that their lead has not looked at them. Raise NotSaved where a row's own form
    refuses it or somebody saved one meanwhile, and Refused; then none is written.
    """
    forms = [_form(month, row, changes, seen) for row in rows]
    if refused := [Problem(form.target, _errors(form)) for form in forms if not form.is_valid()]:
        raise NotSaved(refused)
    with transaction.atomic():
        # Once for all of them, and all of them before the first is written: two of these at once wait for each other.
        touches = frozenset[int]().union(*(form.touches() for form in forms))
        guard(month.period, touches, month.user)
        lock_unmoved([row.row for row in rows], touches)
        leads = Leads(month.programme)
        written, stale = Counter[bool](), []
        for form in forms:
            is_theirs = month.user in leads.nearest(reversed(month.tree.path(form.target.node)))
            is_looked_at = is_theirs or not changes
            try:
                written[form.target.is_carried and not is_looked_at] += _save(form, is_looked_at=is_looked_at)
            except Stale:
                stale.append(Problem(form.target, ["Somebody changed this meanwhile. It is shown as it is now."]))
        if stale:
            raise NotSaved(stale, is_stale=True)
    return Written(written.total(), written[True])


def _form(month: Month, row: Row, changes: Mapping[str, Any], seen: Seen) -> RowForm:
    as_it_is = row.kind.form(month=month, target=row).as_data()
    said = {**as_it_is, **changes, "seen": seen.get(address(row.row), "")}
    return row.kind.form(said, month=month, target=row)


def _save(form: RowForm, *, is_looked_at: bool) -> bool:
    row = form.target
    return save_row(
        row.row,
        form.values(),
        seen=form.cleaned_data["seen"],
        about=row.about,
        touches=frozenset(),  # the guards have been asked about all of them, and all are held
        by=form.month.user,
        is_looked_at=is_looked_at,
    )


def _errors(form: RowForm) -> list[str]:
    if "seen" in form.errors:
        return ["It is not known what you saw of it. Reload the page."]
    return [f"{form[name].label if name in form.fields else ''}: {e}" for name, es in form.errors.items() for e in es]
