"""Identities and positions. What was reported about a thing stands in a position of its period, never in the thing."""

from programmes.models.draft import Draft
from programmes.models.identity import REF_LENGTH, Identity
from programmes.models.lineage import Lineage
from programmes.models.milestone import Milestone, MilestonePosition
from programmes.models.narrative import Narrative
from programmes.models.particulars import Particulars
from programmes.models.period import AppendOnly, Detail, InPeriod, Period, Position, SchemeVersion, Until, Versioned
from programmes.models.product import Product, ProductPosition
from programmes.models.programme import Membership, Programme, Workstream, WorkstreamPosition
from programmes.models.rating import Rating
from programmes.models.section_note import SectionNote

__all__ = [
    "REF_LENGTH",
    "AppendOnly",
    "Detail",
    "Draft",
    "Identity",
    "InPeriod",
    "Lineage",
    "Membership",
    "Milestone",
    "MilestonePosition",
    "Narrative",
    "Particulars",
    "Period",
    "Position",
    "Product",
    "ProductPosition",
    "Programme",
    "Rating",
    "SchemeVersion",
    "SectionNote",
    "Until",
    "Versioned",
    "Workstream",
    "WorkstreamPosition",
]
