"""The sections of reports that tell of risks and issues, by the names under which layouts choose them."""

from collections.abc import Mapping
from typing import Any

from programmes import navigation, sections
from programmes.scheme import Scheme
from programmes.sections import SectionKind, flag
from risks.scheme import RULES
from risks.sections.cards import cards
from risks.sections.criteria import prompts
from risks.sections.evidence import risks_under
from risks.sections.heat_map import heat_map
from risks.sections.issues import issues
from risks.sections.movement import exceptions, moved
from risks.sections.registers import before_and_after, register


def levels(scheme: Scheme, _options: Mapping[str, Any], value: Any) -> bool:
    """Codes of levels of risks that the scheme knows."""
    rules = RULES.of(scheme)
    known = rules.levels if rules else {}
    return isinstance(value, list) and all(isinstance(code, str) and code in known for code in value)


sections.register(
    issues=SectionKind(issues, may_have={"levels": levels}),
    risk_cards=SectionKind(cards, may_have={"exceptions": flag}),
    risk_exceptions=SectionKind(exceptions),
    risk_heat_map=SectionKind(heat_map),
    risk_movement=SectionKind(moved),
    risk_prompts=SectionKind(prompts),
    risks=SectionKind(register, may_have={"levels": levels, "exceptions": flag}),
    risks_by_exception=SectionKind(before_and_after, may_have={"levels": levels}),
)
sections.evidence.append(risks_under)
navigation.register_page(navigation.AppPage("Risks", "risk_overview", lambda month: RULES.of(month.scheme) is not None))
