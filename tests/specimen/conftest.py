import pytest

from tests.factories import person, somerset_scheme
from tests.returns.cast import Month
from tests.scenes import scene
from tests.specimen.trials import hazard, sighting

HAZARDS = {
    "responses": [{"code": "treat", "label": "Treat"}, {"code": "accept", "label": "Accept"}],
    "answer_from": 12,
}
OPTIONS = {"section": "hazards", "title": "Hazards", "options": {"from": 4}}


def document(**changed):
    """Somerset's scheme with a part for hazards, a section that lists them and the check that looks for sightings."""
    made = somerset_scheme() | {"hazards": HAZARDS, "checks": ["hazard_nobody_looked_at"]}
    made["layouts"]["scorecard"] = [*made["layouts"]["scorecard"], OPTIONS]
    return made | changed


@scene
def month():
    """June after May: ERP with a high hazard that was seen and one that nobody has answered, People with a low one."""
    month = Month(document=document())
    month.fire = hazard(month, month.erp, "H-0001", title="Fire", likelihood=3, impact=5, response="treat")
    month.flood = hazard(month, month.erp, "H-0002", title="Flood", likelihood=4, impact=3)
    month.noise = hazard(month, month.people, "H-0003", title="Noise", likelihood=1, impact=2, response="accept")
    sighting(month, month.fire, "Smoke")
    month.partner = person("assurance", month.root, name="Assurance partner")
    return month


@pytest.fixture
def sit(client, month):
    """Return a function that seats somebody at their browser."""
    from tests.programmes.rows.forms import Clerk

    return lambda user: Clerk(client, month, user)
