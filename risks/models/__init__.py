"""Risks, mitigating actions and issues, and what was reported about each as at a period."""

from risks.models.issue import Issue, IssuePosition
from risks.models.mitigation import Mitigation, MitigationPosition
from risks.models.risk import Risk, RiskPosition
from risks.models.scores import MOMENTS

__all__ = ["MOMENTS", "Issue", "IssuePosition", "Mitigation", "MitigationPosition", "Risk", "RiskPosition"]
