"""The sections of reports that every programme has, by the names under which layouts choose them."""

from programmes import sections
from programmes.scheme import PLAN, lacking
from programmes.sections import SectionKind
from reports.sections.delivery import milestones, plan, products
from reports.sections.findings import findings
from reports.sections.headline import headline
from reports.sections.narrative import narrative, points
from reports.sections.ratings import ratings
from reports.sections.resources import resources, spread
from reports.sections.time import time

sections.register(
    findings=SectionKind(findings),
    headline=SectionKind(headline),
    milestones=SectionKind(milestones, lacks=lacking("milestones")),
    narrative=SectionKind(
        narrative,
        needs={"kinds": sections.kinds_of_narrative},
        may_have={"leave_out_empty": sections.flag},
    ),
    plan=SectionKind(plan, lacks=lambda scheme: "" if scheme.plan else scheme.lacks(*PLAN)),
    points=SectionKind(points, needs={"kinds": sections.kinds_of_narrative}),
    products=SectionKind(products, lacks=lacking("products")),
    ratings=SectionKind(ratings),
    resources=SectionKind(
        resources,
        needs={"dimension": sections.dimension_of_tier, "tier": sections.tier_below},
        may_have={"tranche": sections.tranche},
    ),
    spread=SectionKind(spread, needs={"tier": sections.tier_below}),
    time=SectionKind(time, lacks=lacking("vesting day")),
)
