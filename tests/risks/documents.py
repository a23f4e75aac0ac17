"""Schemes with a part for risks: Somerset's, with a matrix of five by five, or one named scale of four."""

from tests.factories import somerset_scheme

BANDS = [
    {"code": "low", "letter": "G", "word": "Green", "glyph": "◆", "token": "green", "from": 1},
    {"code": "medium", "letter": "A", "word": "Amber", "glyph": "▲", "token": "amber", "from": 6},
    {"code": "high", "letter": "R", "word": "Red", "glyph": "■", "token": "red", "from": 16},
]
PROSPECTS = {
    "code": "prospects",
    "label": "Prospects of reaching the target",
    "levels": [
        level | {"code": code, "severity": n, "meaning": meaning}
        for n, (code, level, meaning) in enumerate(
            [
                ("green", BANDS[0], "Tasks are on schedule."),
                ("amber", BANDS[1], "One or more tasks are behind."),
                ("red", BANDS[2], "Significant tasks are behind."),
            ]
        )
    ],
}
RULES = {
    "in_returns": True,
    "likelihood": ["Rare", "Unlikely", "Possible", "Likely", "Almost certain"],
    "impact": ["Insignificant", "Minor", "Moderate", "Major", "Extreme"],
    "bands": BANDS,
    "levels": [
        {"code": "workstream", "label": "Workstream", "tier": 1, "meaning": "A workstream can deal with it alone."},
        {"code": "programme", "label": "Programme", "tier": 0, "meaning": "It touches several workstreams."},
    ],
    "categories": [{"code": "people", "label": "People"}, {"code": "money", "label": "Money"}],
    "treatments": [{"code": "reduce", "label": "Reduce"}, {"code": "accept", "label": "Accept"}],
    "prospects": PROSPECTS,
    "exceptions": [
        {
            "code": "high_and_behind",
            "label": "Current score of 12 or more with amber or red prospects",
            "score_from": 12,
            "prospects": ["amber", "red"],
        },
        {"code": "changed", "label": "Escalated, or closed, since the last report", "changed": ["level", "closed"]},
    ],
    "unchanged_after": 2,
    "prompts": ["Why is the target score not reached?", "What is the effect of that?"],
    "suggested_actions": [{"title": "Approve actions", "text": "Set a date to report back."}],
    "made_up": "The risks are made up.",
    "rated_for_risks": ["schedule"],
    "rated_for_issues": ["schedule"],
    "narrative_with_mitigation": ["risk"],
}
CHECKS = [
    "risk_without_owner",
    "risk_without_action",
    "risk_without_target_date",
    "risk_past_its_target_date",
    "mitigation_overdue",
    "risk_score_unchanged",
    "risk_above_original",
    "risk_green_with_late_actions",
    "risk_exception_not_reported",
    "narrative_without_mitigation",
]
SECTIONS = [
    {"section": "risks", "title": "Risk register"},
    {"section": "risks", "key": "risk_exceptions_only", "title": "Exceptions", "options": {"exceptions": True}},
    {"section": "risks_by_exception", "title": "Risks by exception"},
    {"section": "risk_heat_map", "title": "Heat map"},
    {"section": "risk_movement", "title": "Movement"},
    {"section": "risk_exceptions", "title": "Exceptions by rule"},
    {"section": "risk_cards", "title": "Report cards"},
    {"section": "issues", "title": "Issues"},
    {"section": "risk_prompts", "title": "Prompts"},
]


def document(rules=None, *, checks=CHECKS, sections=SECTIONS, **changed):
    """Somerset's scheme with rules for risks: the checks that look at them and the sections that print them."""
    made = somerset_scheme() | {"risks": RULES | changed if rules is None else rules, "checks": [*checks]}
    made["layouts"]["scorecard"] = [*made["layouts"]["scorecard"], *sections]
    made["layouts"]["risks"] = [*sections]
    return made


def scale(**changed):
    """The same rules, but on one named scale of four steps."""
    made = {key: value for key, value in RULES.items() if key not in {"likelihood", "impact"}}
    bands = [band | {"from": start} for band, start in zip(BANDS, (1, 3, 4), strict=True)]
    return made | {"scale": ["Low", "Medium", "High", "Very high"], "bands": bands, "exceptions": []} | changed
