"""The scheme: a programme's rules of reporting, parsed from one JSON document into frozen values. No Django here.

A scheme never changes; a new version is another document. Positions hold codes (a level's, a tranche's), and the
scheme of their period says what they meant: June's words and colours stay June's.
"""

from programmes.scheme.codes import NARRATIVE_KINDS, RATINGS, STATUSES, TRANCHES, Codes, CodesByTier
from programmes.scheme.document import Place, SchemeError, read
from programmes.scheme.scales import TOKENS, Grade, Movement, Scale
from programmes.scheme.scheme import (
    DEEPEST_TIER,
    FIRST_CHECKS,
    FORMAT,
    OF_ANY_SCHEME,
    PLAN,
    Dimension,
    Lacking,
    NarrativeKind,
    Scheme,
    SchemePart,
    SectionChoice,
    Tier,
    Tranche,
    lacking,
    register,
)

__all__ = [
    "DEEPEST_TIER",
    "FIRST_CHECKS",
    "FORMAT",
    "NARRATIVE_KINDS",
    "OF_ANY_SCHEME",
    "PLAN",
    "RATINGS",
    "STATUSES",
    "TOKENS",
    "TRANCHES",
    "Codes",
    "CodesByTier",
    "Dimension",
    "Grade",
    "Lacking",
    "Movement",
    "NarrativeKind",
    "Place",
    "Scale",
    "Scheme",
    "SchemeError",
    "SchemePart",
    "SectionChoice",
    "Tier",
    "Tranche",
    "lacking",
    "read",
    "register",
]
