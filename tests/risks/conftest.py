import datetime as dt

import pytest

from core.dates import PublishedDate
from programmes.models.stated_dates import date_columns
from tests.factories import person
from tests.returns.cast import Month
from tests.risks.documents import document
from tests.risks.trials import issue, mitigation, risk
from tests.scenes import scene


def by(text, field="target_date"):
    """The columns of a stated date."""
    return date_columns(field, PublishedDate.parse(text))


@scene
def month():
    """June after May, with rules for risks. ERP has a fire at 12 and a flood not scored, People has noise at 2."""
    month = Month(document=document())
    owned = {"owner": "Head of systems", "level": "workstream"}
    month.fire = risk(
        month,
        month.erp,
        "R-0001",
        title="Fire",
        original="4x4",
        current="3x4",
        target="1x4",
        prospects="amber",
        **by("May 2022"),
        **owned,
    )
    month.flood = risk(month, month.erp, "R-0002", title="Flood")
    month.noise = risk(month, month.people, "R-0003", title="Noise", current="1x2", prospects="green", **owned)
    month.hoses = mitigation(
        month, month.fire, "A-0001", title="Buy hoses", owner="Fire officer", **by("1 June 2022", "due")
    )
    month.drill = mitigation(month, month.fire, "A-0002", title="Hold a drill", done_on=dt.date(2022, 6, 2))
    month.outage = issue(month, month.erp, "I-0001", title="Outage", owner="Head of systems")
    month.assurer = person("assurance", month.root, name="Assurance partner")
    return month


@pytest.fixture
def sit(client, month):
    """Return a function that seats somebody at their browser."""
    from tests.programmes.rows.forms import Clerk

    return lambda user: Clerk(client, month, user)
