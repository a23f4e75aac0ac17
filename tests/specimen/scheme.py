"""The part of a scheme that says how hazards are reported."""

from collections.abc import Mapping
from dataclasses import dataclass

from programmes.scheme import Codes, Place, Scheme, SchemePart, register


@dataclass(frozen=True, slots=True)
class Response:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class HazardRules:
    responses: Mapping[str, Response]
    answer_from: int  # the score from which a hazard needs a response


def _rules(place: Place, _scheme: Scheme) -> HazardRules:
    return HazardRules(
        place.by_code("responses", lambda each: Response(each.text("code"), each.text("label"))),
        place.integer("answer_from"),
    )


# None: this programme's returns do not ask for hazards, no response has a meaning, and no score is too high.
RULES = register(SchemePart[HazardRules | None]("hazards", parse=_rules, absent=None))


def responses(scheme: Scheme) -> Mapping[str, Response]:
    rules = RULES.of(scheme)
    return rules.responses if rules else {}


RESPONSES = Codes("response", responses)
