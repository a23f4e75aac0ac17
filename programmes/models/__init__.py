"""Identities and positions. What was reported about a thing stands in a position of its period, never in the thing."""

from programmes.models.period import InPeriod, Period, Position, SchemeVersion
from programmes.models.programme import Membership, Programme, Workstream, WorkstreamPosition
from programmes.models.said import Narrative, Rating, SectionNote
from programmes.models.work import Milestone, MilestonePosition, Product, ProductPosition

__all__ = [
    "InPeriod",
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
    "SchemeVersion",
    "SectionNote",
    "Workstream",
    "WorkstreamPosition",
]
