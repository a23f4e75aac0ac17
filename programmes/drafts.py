"""Drafts: what is typed and not saved. Kept while somebody writes, offered when they come back, gone once saved."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from core.refusal import Refused
from programmes.desk import Desk
from programmes.models import Draft
from programmes.rows import Row

LONGEST = 60_000  # characters of one form: more than all its texts may hold together


def draft_of(desk: Desk, target: Row) -> Draft | None:
    return _drafts(desk, target).first()


def keep(desk: Desk, target: Row, typed: QueryDict) -> Draft:
    """Keep what stands in the form's fields, and the version it was begun from. Raise Refused where it is too much."""
    fields = target.kind.form(desk=desk, target=target).fields
    values: dict[str, Any] = {
        name: typed.getlist(name) if name == "dimensions" else typed.get(name, "") for name in fields
    }
    text = json.dumps(values)
    if len(text) > LONGEST:
        raise Refused("This is too long to be kept as a draft. Shorten it, then save it.")
    if "\\u0000" in text:
        raise Refused("This holds a character that cannot be kept. Take out what was pasted last.")
    draft, _ = Draft.objects.update_or_create(
        user=desk.user, period=desk.period, row=target.address, defaults={"values": values}
    )
    return draft


def drop(desk: Desk, target: Row) -> None:
    _drafts(desk, target).delete()


def initial(draft: Draft | None) -> Mapping[str, Any]:
    """What a form begins with where there is a draft."""
    values: Mapping[str, Any] = draft.values if draft else {}
    return values


def _drafts(desk: Desk, target: Row) -> QuerySet[Draft]:
    return Draft.objects.filter(user=desk.user, period=desk.period, row=target.address)
