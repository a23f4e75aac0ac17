"""Identities and positions. What was reported about a thing stands in a position of its period, never in the thing."""

from programmes.models.draft import Draft
from programmes.models.period import InPeriod, Period, Position, Said, SchemeVersion, Versioned
from programmes.models.programme import Membership, Programme, Workstream, WorkstreamPosition
from programmes.models.said import Narrative, Rating, SectionNote
from programmes.models.work import Lineage, Milestone, MilestonePosition, Product, ProductPosition

__all__ = [
    "Draft",
    "InPeriod",
    "Lineage",
    "Membership",
    "Milestone",
    "MilestonePosition",
    "Narrative",
    "Period",
    "Position",
    "Product",
    "ProductPosition",
    "Programme",
    "Rating",
    "Said",
    "SchemeVersion",
    "SectionNote",
    "Versioned",
    "Workstream",
    "WorkstreamPosition",
]
