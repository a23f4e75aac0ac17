"""Drafts: what is typed and not saved. Kept while somebody writes, offered when they come back, gone once saved."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from core.refusal import Refused
from programmes.actions import NEW
from programmes.desk import Desk
from programmes.models import Draft
from programmes.rows import Row
from programmes.rows.base import BLANK

LONGEST = 60_000  # characters of one form: more than all its texts may hold together


def draft_of(desk: Desk, target: Row) -> Draft | None:
    """What this person typed and did not save; None where it says what the row says by now."""
    draft = desk.typed.get(_place(target, target.seen))
    if draft is None:
        return None
    typed = target.kind.form(draft.values, desk=desk, target=target)
    return draft if set(typed.changed_data) - BLANK.keys() else None


def keep(desk: Desk, target: Row, typed: QueryDict) -> Draft:
    """Keep what stands in the form's fields, and the version it was begun from. Raise Refused where it is too much."""
    fields = {name: f for name, f in target.kind.form(desk=desk, target=target).fields.items() if not f.disabled}
    texts = [text for name in fields for text in typed.getlist(name)]
    if sum(map(len, texts)) > LONGEST:
        raise Refused("This is too long to be kept as a draft. Shorten it, then save it.")
    if any("\0" in text for text in texts):
        raise Refused("This holds a character that cannot be kept. Take out what was pasted last.")
    values = {name: field.widget.value_from_datadict(typed, {}, name) for name, field in fields.items()}
    draft, _ = Draft.objects.update_or_create(
        user=desk.user,
        period=desk.period,
        row=_place(target, typed),
        defaults={"values": values},
    )
    return draft


def drop(desk: Desk, target: Row, typed: QueryDict) -> None:
    Draft.objects.filter(user=desk.user, period=desk.period, row=_place(target, typed)).delete()


def _place(target: Row, typed: Mapping[str, Any]) -> str:
    """What a draft is kept under; that of an entry to be added, under no number: others are offered the same."""
    begins = str(typed.get("seen")) == str(NEW)
    return f"{target.kind.code}/{target.fresh if begins and target.fresh else target.key}"
