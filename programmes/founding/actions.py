"""Making a programme from nothing: its scheme, its workstreams, its first month and its first officer, all or none."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from accounts import audit
from accounts.models import User
from accounts.roles import Role
from core.dates import label_end
from programmes.access import roles_in_words
from programmes.actions import Refused, open_period
from programmes.founding.outline import OutlineLine, letters
from programmes.models import REF_LENGTH, Membership, Period, Programme, SchemeVersion, Workstream, WorkstreamPosition

SLUG_LENGTH = REF_LENGTH
RESERVED = frozenset({"new"})  # the address of the page that sets one up
FOUNDER_ROLES = (Role.PMO, Role.ADMINISTRATOR)

# Given the first month, the day its returns are due, and who founds the programme: how a higher app keeps that day.
type Beginning = Callable[[Period, dt.date, User], object]

beginnings: list[Beginning] = []


@transaction.atomic
def found(
    *,
    name: str,
    slug: str,
    council: str,
    started_from: str,
    document: Mapping[str, Any],
    workstreams: Sequence[OutlineLine],
    label: str,
    due_on: dt.date,
    by: User,
) -> tuple[Programme, bool]:
    """Make a programme with its first month open; return it and whether it was made now.

    What was sent twice is made once: the second time, it is the programme of the first. Raise Refused for a person
    without the right, and where another programme has the short name. `started_from` is the shipped scheme's code,
    `due_on` the day by whose end the returns of the first month are due.
    """
    if not by.sets_up_programmes:
        raise Refused(f"{by} may not set up programmes.")
    try:
        with transaction.atomic():
            programme = Programme.objects.create(name=name, slug=slug, council=council)
    except IntegrityError as error:
        if earlier := sent_before(slug, name, by=by):
            return earlier, False
        raise Refused(taken_sentence(slug)) from error
    SchemeVersion.objects.create(programme=programme, number=1, document=document)
    root = Workstream.objects.create(programme=programme, ref=root_ref(name))
    for role in FOUNDER_ROLES:  # before the month: whoever opens it must be one who runs months
        Membership.objects.create(user=by, workstream=root, role=role)
    period = open_period(programme, label, by=by)
    WorkstreamPosition.objects.create(period=period, workstream=root, name=name)
    _lay_out(workstreams, period, root)
    _record(root, started_from, document, workstreams, period, by=by)
    for begin in beginnings:
        begin(period, due_on, by)
    return programme, True


def _lay_out(lines: Sequence[OutlineLine], period: Period, root: Workstream) -> None:
    """Make the workstreams and place each below its parent, in the order they are written in."""
    made = {line.ref: Workstream(programme=root.programme, ref=line.ref) for line in lines}
    tiers = {"": 0} | {line.ref: line.tier for line in lines}
    Workstream.objects.bulk_create(made.values())
    WorkstreamPosition.objects.bulk_create(
        WorkstreamPosition(
            period=period,
            workstream=made[line.ref],
            parent=made.get(line.parent, root),
            sort=sort,
            name=line.name,
            lead=line.lead,
            tier=line.tier if line.tier > tiers[line.parent] + 1 else None,
        )
        for sort, line in enumerate(lines, 1)
    )


def root_ref(name: str) -> str:
    """The ref of the programme itself among its workstreams: short, because every label of its rows ends with it."""
    return letters(name)


def first_due(label: str) -> dt.date:
    """A day for the returns of a first month: the tenth after its end, a week from today where that has passed."""
    today = timezone.localdate()
    tenth = label_end(label) + dt.timedelta(days=10)
    return tenth if tenth >= today else today + dt.timedelta(days=7)


def sent_before(slug: str, name: str, *, by: User) -> Programme | None:
    """The programme of this person's that a form with this short name and name has made already."""
    return Programme.objects.visible_to(by).filter(slug=slug, name=name).first()


def suggested_slug(name: str) -> str:
    """A short name for a programme of this name; "" where it has no letter of A to Z and no figure."""
    return slugify(name)[:SLUG_LENGTH].strip("-_").replace("_", "-")


def is_taken(slug: str) -> bool:
    return slug in RESERVED or Programme.objects.filter(slug=slug).exists()


def taken_sentence(slug: str) -> str:
    return f"The short name “{slug}” is taken. “{free_slug(slug)}” is free."


def free_slug(slug: str) -> str:
    """The first of slug-2, slug-3, … that is not taken, cut to fit; with two hyphens together it would be none."""
    n, free = 1, slug
    while is_taken(free):
        n += 1
        free = f"{slug[: SLUG_LENGTH - len(f'-{n}')].rstrip('-')}-{n}"
    return free


def _record(
    root: Workstream,
    started_from: str,
    document: Mapping[str, Any],
    workstreams: Sequence[OutlineLine],
    period: Period,
    *,
    by: User,
) -> None:
    """Who was given what, then the founding itself."""
    programme, held = root.programme, roles_in_words(by, root.programme)
    for role in FOUNDER_ROLES:
        audit.record(
            what="role.grant",
            subject=by.name,
            subject_key=by.pk,
            programme=programme.slug,
            after={"role": role.label, "workstream": root.ref},
            role=held,
            by=by,
        )
    audit.record(
        what="programme.found",
        subject=programme.name,
        subject_key=programme.pk,
        programme=programme.slug,
        period=period.pk,
        after={
            "council": programme.council,
            "scheme": started_from,
            **{key: document[key] for key in ("starts_on", "vesting_day") if key in document},
            "tiers": [tier["word"] for tier in document["tiers"]],
            "return_tier": document["return_tier"],
            "workstreams": {line.ref: line.name for line in workstreams},
            "first_month": period.label,
        },
        role=held,
        by=by,
    )
