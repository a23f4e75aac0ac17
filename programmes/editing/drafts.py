"""Drafts: what is typed and not saved. Kept while somebody writes, offered when they come back, gone once saved."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from core.refusal import Refused
from programmes.actions import NEW
from programmes.models import Draft
from programmes.month import Month, once_for_all
from programmes.rows import Row
from programmes.rows.base import BLANK

LONGEST = 60_000  # characters of one form: more than all its texts may hold together
FORM = "form"  # what tells one form for an entry to be added from another that is open beside it


@once_for_all
def kept_drafts(month: Month) -> dict[str, Draft]:
    """What this person keeps as drafts in this month, by the kind and key of the row."""
    return {draft.row: draft for draft in Draft.objects.filter(user=month.user, period=month.period)}


def draft_of(month: Month, target: Row[Any]) -> Draft | None:
    """What this person typed and did not save; None where it says what the row says by now."""
    draft = kept_drafts(month).get(_place(target, target.seen))
    if draft is None:
        return None
    return draft if _differs(month, target, draft.values) else None


def keep(month: Month, target: Row[Any], typed: QueryDict) -> Draft | None:
    """Keep what stands in the form's fields, and the version it was begun from. Raise Refused where it is too much.

    None is kept where it arrives after the entry it became, which says the same.
    """
    fields = _fields(month, target, typed)
    texts = [text for name in (*fields, FORM) for text in typed.getlist(name)]
    if sum(map(len, texts)) > LONGEST:
        raise Refused("This is too long to be kept as a draft. Shorten it, then save it.")
    if any("\0" in text for text in texts):
        raise Refused("This holds a character that cannot be kept. Take out what was pasted last.")
    values = {name: field.widget.value_from_datadict(typed, {}, name) for name, field in fields.items()}
    if begins(typed) and not target.is_new and not _differs(month, target, values):
        return None
    draft, _ = Draft.objects.update_or_create(
        user=month.user,
        period=month.period,
        row=_place(target, typed),
        defaults={"values": values | {FORM: typed.get(FORM, "")}},
    )
    kept_drafts(month)[draft.row] = draft
    return draft


def _fields(month: Month, target: Row[Any], typed: QueryDict) -> dict[str, forms.Field]:
    """The fields of the form that was typed into, those of its questions among them."""
    form = target.kind.form(typed, month=month, target=target)
    return {name: field for name, field in form.fields.items() if not field.disabled}


def discard(month: Month, target: Row[Any], typed: QueryDict) -> None:
    _forget(month, _place(target, typed))


def drop(month: Month, target: Row[Any], typed: QueryDict | None) -> None:
    """Forget the draft of a form that was saved. What another form for an entry to be added holds stays."""
    if typed is None:
        return
    draft = kept_drafts(month).get(_place(target, typed))
    if draft and (not begins(typed) or draft.values.get(FORM, "") == typed.get(FORM, "")):
        _forget(month, draft.row)


def _forget(month: Month, place: str) -> None:
    if draft := kept_drafts(month).pop(place, None):
        draft.delete()


def form_of(draft: Draft | None, typed: Mapping[str, Any]) -> str:
    """The mark of a form to be shown: that of the one sent, of the draft it goes on with, or a new one."""
    return typed.get(FORM) or (draft and draft.values.get(FORM)) or uuid4().hex


def begins(typed: Mapping[str, Any]) -> bool:
    """Whether a form was begun from no row."""
    return str(typed.get("seen")) == str(NEW)


def _differs(month: Month, target: Row[Any], values: Mapping[str, Any]) -> bool:
    """Whether this says anything but what the row says."""
    return bool(set(target.kind.form(values, month=month, target=target).changed_data) - BLANK.keys())


def _place(target: Row[Any], typed: Mapping[str, Any]) -> str:
    """What a draft is kept under; that of an entry to be added, under no number: others are offered the same."""
    return f"{target.kind.code}/{target.fresh if begins(typed) and target.fresh else target.key}"
