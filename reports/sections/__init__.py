"""The sections of reports that every programme has, by the names under which layouts choose them."""

from programmes import sections
from reports.sections.delivery import milestones, plan, products
from reports.sections.findings import findings
from reports.sections.headline import headline
from reports.sections.narrative import narrative, points
from reports.sections.ratings import ratings
from reports.sections.resources import resources, spread
from reports.sections.time import time

sections.register(
    findings=findings,
    headline=headline,
    milestones=milestones,
    narrative=narrative,
    plan=plan,
    points=points,
    products=products,
    ratings=ratings,
    resources=resources,
    spread=spread,
    time=time,
)
