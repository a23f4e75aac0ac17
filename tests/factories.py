"""Small programmes made row by row, so that a test says only what it is about."""

import datetime as dt
import json
from itertools import count
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from core.dates import PublishedDate
from programmes.actions import close_period, open_period
from programmes.examples.loading import FOLDER
from programmes.models import (
    Membership,
    Milestone,
    MilestonePosition,
    Narrative,
    Period,
    Product,
    ProductPosition,
    Programme,
    Rating,
    SchemeVersion,
    SectionNote,
    Workstream,
    WorkstreamPosition,
)
from programmes.models.stated_dates import date_columns
from programmes.months.reported import identity_models, in_period_models
from programmes.scheme.scheme import parts
from tests import trials

_number = count(1_000)  # past every ref that a test gives a thing itself


def somerset_scheme() -> dict[str, Any]:
    """Somerset's first scheme, without the parts of apps above."""
    document: dict[str, Any] = json.loads((FOLDER / "somerset" / "scheme.json").read_text(encoding="utf-8"))
    return {key: value for key, value in document.items() if key not in parts}


def person(role: str = "", workstream: Workstream | None = None, *, name: str = "") -> User:
    n = next(_number)
    user = User.objects.create_user(
        f"person{n}@council.example", name=name or f"Person {n}", password="correct horse battery"
    )
    if role and workstream:
        Membership.objects.create(user=user, workstream=workstream, role=role)
    return user


def founder(*, name: str = "") -> User:
    """Somebody who may set up programmes and has a role in none."""
    user = person(name=name)
    user.sets_up_programmes = True
    user.save()
    return user


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every programme and person, to show that something changed nothing."""
    reported = [*in_period_models(), *identity_models()]
    kinds = dict.fromkeys([*apps.get_app_config("programmes").get_models(), *reported, User])
    return {kind._meta.label: list(kind._default_manager.order_by("pk").values()) for kind in kinds}


def amend(period: Period, *, closed: bool = True) -> Period:
    """Write the next edition of a closed month, without its rows."""
    editions = Period.objects.filter(programme=period.programme, label=period.label)
    made = Period.objects.create(
        programme=period.programme,
        scheme_version=period.scheme_version,
        label=period.label,
        edition=editions.count() + 1,
        as_at=period.as_at,
        reason="Corrected after the committee",
    )
    if closed:
        made.state, made.closed_at = Period.State.CLOSED, timezone.now()
        made.save()
    return made


class Book:
    """A programme with its root workstream and one open month. Methods add rows to the open month."""

    def __init__(self, slug: str = "", *, label: str = "2022-05", document: dict[str, Any] | None = None) -> None:
        slug = slug or f"programme-{next(_number)}"
        self.programme = Programme.objects.create(slug=slug, name=f"The {slug} programme", council="Example Council")
        self.scheme_version = SchemeVersion.objects.create(
            programme=self.programme, number=1, document=document or somerset_scheme()
        )
        self.period: Period = open_period(self.programme, label)
        self.root = self.workstream("ROOT", name=f"The {slug} programme")

    def workstream(self, ref: str, parent: Workstream | None = None, *, name: str = "", **fields: Any) -> Workstream:
        made = Workstream.objects.create(programme=self.programme, ref=ref)
        WorkstreamPosition.objects.create(
            period=self.period,
            workstream=made,
            parent=parent,
            name=name or f"Workstream {ref}",
            sort=made.pk,
            **fields,
        )
        return made

    def product(
        self, workstream: Workstream, ref: str = "", *, due: str = "", baseline: str = "", **fields: Any
    ) -> Product:
        made = Product.objects.create(programme=self.programme, ref=ref or f"P-{next(_number)}")
        dates = date_columns("due_forecast", PublishedDate.as_printed(due) if due else None)
        dates |= date_columns("due_baseline", PublishedDate.as_printed(baseline) if baseline else None)
        fields = {"title": f"Product {made.ref}", "tranche": "1", "status": "on_track"} | fields
        ProductPosition.objects.create(period=self.period, product=made, workstream=workstream, **dates, **fields)
        return made

    def milestone(self, of: Product | Workstream, ref: str = "", *, due: str = "", **fields: Any) -> Milestone:
        made = Milestone.objects.create(programme=self.programme, ref=ref or f"M-{next(_number)}")
        owner = {"product": of} if isinstance(of, Product) else {"workstream": of}
        dates = date_columns("forecast", PublishedDate.as_printed(due) if due else None)
        fields = {"title": f"Milestone {made.ref}", "status": "on_track"} | fields
        MilestonePosition.objects.create(period=self.period, milestone=made, **owner, **dates, **fields)
        return made

    def rating(self, workstream: Workstream, dimension: str, level: str, **fields: Any) -> Rating:
        return Rating.objects.create(
            period=self.period, workstream=workstream, dimension=dimension, level=level, **fields
        )

    def narrative(self, workstream: Workstream, kind: str, text: str, seq: int = 1, **fields: Any) -> Narrative:
        return Narrative.objects.create(
            period=self.period, workstream=workstream, kind=kind, seq=seq, text=text, **fields
        )

    def note(self, section: str, caveat: str = "", as_at: dt.date | None = None) -> SectionNote:
        return SectionNote.objects.create(period=self.period, section=section, caveat=caveat, as_at=as_at)

    def one_of_each(self) -> None:
        """A row of every kind in the open month."""
        trials.call("one_of_each", self)

    def close(self) -> Period:
        self.period = close_period(self.period)
        return self.period

    def next_month(self, label: str) -> Period:
        """Close the open month and open this one."""
        self.close()
        self.period = open_period(self.programme, label)
        return self.period
