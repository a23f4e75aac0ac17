"""A scheme document reads into frozen values, or the first place that breaks a rule is named."""

import dataclasses
import datetime as dt
import re
from functools import reduce
from operator import getitem

import pytest

from core.blocks import Level
from programmes.scheme import TOKENS, Movement, Scheme, SchemeError
from tests.factories import somerset_scheme

ABSENT = object()


def changed(path, value):
    """The Somerset document with one place changed: "scales[0].code" is the code of its first scale."""
    document = somerset_scheme()
    *way, last = (int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[]+", path))
    place = reduce(getitem, way, document)
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return document


def refuses(path, value, complaint):
    with pytest.raises(SchemeError) as refused:
        Scheme.parse(changed(path, value))
    assert str(refused.value) == f"scheme.{path}: {complaint}"


@pytest.fixture
def scheme():
    return Scheme.parse(somerset_scheme())


# --- What the Somerset document says ------------------------------------------------------------------------


def test_somerset_has_three_tiers_and_returns_come_from_the_lowest(scheme):
    assert [(tier.word, tier.plural) for tier in scheme.tiers] == [
        ("programme", "programmes"),
        ("workstream", "workstreams"),
        ("sub-workstream", "sub-workstreams"),
    ]
    assert scheme.return_tier == 2


def test_somerset_runs_from_october_2021_to_vesting_day(scheme):
    assert (scheme.starts_on, scheme.vesting_day) == (dt.date(2021, 10, 1), dt.date(2023, 4, 1))


def test_level_has_its_print_its_meaning_and_its_severity(scheme):
    red = scheme.scales["rag"].grades[-1]
    assert red.level == scheme.scales["rag"].levels["R"] == Level("R", "R", "Red", "■", "red")
    assert (red.code, red.severity) == ("R", 2)
    assert red.meaning == scheme.scales["rag"].meaning("R") == "Off course; help or a decision is needed from above."


def test_worst_level_is_the_most_severe_wherever_it_stands():
    document = somerset_scheme()
    document["scales"][0]["levels"].reverse()
    assert Scheme.parse(document).scales["rag"].worst.code == "R"


def test_unknown_level_means_nothing(scheme):
    assert scheme.scales["rag"].meaning("X") == ""


def test_severities_order_the_levels(scheme):
    assert scheme.scales["resourcing"].severities == {"S": 0, "B": 1, "I": 2}


@pytest.mark.parametrize(
    ("was", "now", "how"),
    [
        ("G", "R", Movement.WORSE),
        ("R", "A", Movement.BETTER),
        ("R", "R", Movement.SAME),
        ("closed", "R", Movement.CHANGED),
        ("G", "closed", Movement.CHANGED),
        ("closed", "exempt", Movement.CHANGED),
        ("closed", "closed", Movement.SAME),
    ],
)
def test_a_level_without_a_severity_stands_outside_the_order(was, now, how):
    document = somerset_scheme()
    red = document["scales"][0]["levels"][-1]
    for code in ("closed", "exempt"):
        other = {key: value for key, value in red.items() if key != "severity"} | {"code": code}
        document["scales"][0]["levels"].insert(0, other)
    scale = Scheme.parse(document).scales["rag"]

    assert scale.moved(was, now) is how
    assert (scale.best, scale.worst.code) == ({"G"}, "R")
    assert [code for code in scale.levels if scale.is_off(code)] == ["A", "R"]
    assert sorted(scale.levels, key=scale.worst_first)[:3] == ["R", "A", "G"]


def test_two_levels_of_one_severity_are_the_same_to_each_other(scheme):
    assert scheme.delivery.moved("delivered", "on_track") is Movement.SAME


@pytest.mark.parametrize(
    ("dimension", "tier", "scale"),
    [
        ("overall", 0, "rag"),
        ("overall", 1, "rag"),
        ("overall", 2, None),
        ("resources", 1, "rag"),
        ("resources", 2, "resourcing"),
        ("resources", 3, None),
        ("mood", 0, None),
    ],
)
def test_dimension_is_rated_on_the_scale_of_the_tier_or_not_at_all(scheme, dimension, tier, scale):
    found = scheme.scale(dimension, tier)
    assert (found and found.code) == scale


def test_delivery_names_its_scale_and_the_code_for_done(scheme):
    assert scheme.delivery is scheme.scales["delivery"]
    assert scheme.delivered in scheme.delivery.levels


def test_headline_counts_take_the_first_two_tranches(scheme):
    assert [(tranche.code, tranche.due_by) for tranche in scheme.counted_tranches] == [
        ("1", dt.date(2023, 3, 31)),
        ("2", None),
    ]


def test_narrative_kind_has_a_second_column_only_where_the_scheme_heads_one(scheme):
    assert {code: (kind.second, kind.second_blank) for code, kind in scheme.narrative.items() if kind.second} == {
        "achievement": ("Impact", ""),
        "opportunity": ("Impact", ""),
        "risk": ("Mitigation", "None stated"),
        "issue": ("Mitigation", "None stated"),
        "you_said": ("We did", ""),
    }


def test_narrative_kind_asks_for_dates_levels_and_headings_where_the_scheme_says_so(scheme):
    kinds = scheme.narrative.values()
    assert [kind.code for kind in kinds if kind.is_dated] == ["next_month"]
    assert [kind.code for kind in kinds if kind.has_levels] == ["next_month"]
    assert [kind.code for kind in kinds if kind.needs_heading] == ["update"]


def test_dimension_is_asked_for_among_the_ratings_unless_it_is_a_task_of_its_own(scheme):
    tasks = {dimension.code: dimension.task for dimension in scheme.dimensions.values()}
    assert tasks == {"overall": "Ratings", "resources": "Resources", "schedule": "Ratings"}


def test_layout_is_its_sections_in_order_with_their_options(scheme):
    first, second, *_ = scheme.layouts["scorecard"]
    assert (first.section, first.title, first.options) == ("headline", "At a glance", {})
    assert (second.section, second.options) == ("points", {"kinds": ["key_point", "ask"]})


def test_section_that_stands_twice_is_told_apart_by_its_key(scheme):
    keys = [choice.key for choice in scheme.layouts["scorecard"] if choice.section == "narrative"]
    assert keys == ["narrative", "ahead", "said"]


# --- What the rules admit -----------------------------------------------------------------------------------


@pytest.mark.parametrize("tiers", [2, 5])
def test_one_to_four_tiers_below_the_programme_are_admitted(tiers):
    document = changed("tiers", [{"word": f"tier {n}", "plural": f"tiers {n}"} for n in range(tiers)])
    document |= {"dimensions": [], "return_tier": tiers - 1}
    assert len(Scheme.parse(document).tiers) == tiers


@pytest.mark.parametrize("value", [None, "", ABSENT], ids=["null", "empty", "absent"])
@pytest.mark.parametrize("key", ["due_by", "change_freeze"])
def test_tranche_may_have_no_dates(key, value):
    document = changed(f"tranches[0].{key}", "2023-03-31")
    assert getattr(Scheme.parse(document).tranches["1"], key) == dt.date(2023, 3, 31)
    document["tranches"][0] = {k: v for k, v in (document["tranches"][0] | {key: value}).items() if v is not ABSENT}
    assert getattr(Scheme.parse(document).tranches["1"], key) is None


# --- What they refuse ---------------------------------------------------------------------------------------

TEXTS = [
    "starts_on",
    "vesting_day",
    "delivery",
    "delivered",
    "tiers[0].word",
    "tiers[2].plural",
    "scales[1].code",
    "scales[1].label",
    *(f"scales[2].levels[3].{key}" for key in ("code", "letter", "word", "glyph", "token", "meaning")),
    "dimensions[1].code",
    "dimensions[1].label",
    "tranches[0].code",
    "tranches[0].label",
    *(f"narrative[4].{key}" for key in ("code", "label", "plural", "heading")),
    "layouts.scorecard[3].section",
    "layouts.scorecard[3].title",
]
DAYS = {"starts_on", "vesting_day"}
LISTS = ["tiers", "scales", "scales[0].levels", "dimensions", "tranches", "narrative", "layouts.scorecard"]
OBJECTS = [
    "tiers[1]",
    "scales[0]",
    "dimensions[0].scales",
    "tranches[2]",
    "narrative[0]",
    "layouts",
    "layouts.scorecard[0]",
]
NUMBERS = ["format", "return_tier", "scales[0].levels[0].severity"]


@pytest.mark.parametrize("value", [ABSENT, None, 5, ["text"]], ids=["absent", "null", "number", "list"])
@pytest.mark.parametrize("path", [path for path in TEXTS if path not in DAYS])
def test_what_must_be_text_is_refused_as_anything_else(path, value):
    refuses(path, value, "must be text.")


@pytest.mark.parametrize("value", ["", " \n"], ids=["empty", "blank"])
@pytest.mark.parametrize("path", [path for path in TEXTS if path not in DAYS])
def test_text_must_say_something(path, value):
    refuses(path, value, "must not be empty.")


@pytest.mark.parametrize("value", [None, {"0": {}}, "list"], ids=["null", "object", "text"])
@pytest.mark.parametrize("path", LISTS)
def test_what_must_be_a_list_is_refused_as_anything_else(path, value):
    refuses(path, value, "must be a list.")


@pytest.mark.parametrize("value", [None, [], "object"], ids=["null", "list", "text"])
@pytest.mark.parametrize("path", [*OBJECTS, "layouts.scorecard[1].options"])
def test_what_must_be_an_object_is_refused_as_anything_else(path, value):
    refuses(path, value, "must be an object.")


@pytest.mark.parametrize("value", [None, "1", 1.0, True], ids=["null", "text", "decimal", "true"])
@pytest.mark.parametrize("path", NUMBERS)
def test_what_must_be_a_whole_number_is_refused_as_anything_else(path, value):
    refuses(path, value, "must be a whole number.")


@pytest.mark.parametrize("value", [ABSENT, None, 1, "yes"], ids=["absent", "null", "number", "text"])
def test_whether_a_tranche_counts_is_true_or_false(value):
    refuses("tranches[0].counted", value, "must be true or false.")


@pytest.mark.parametrize("value", ["31/03/2023", "2023-02-30", "Spring 2023", 20230331])
@pytest.mark.parametrize("path", ["starts_on", "vesting_day", "tranches[0].due_by", "tranches[1].change_freeze"])
def test_day_is_written_one_way(path, value):
    refuses(path, value, "must be a day written 2022-06-30.")


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("format", 2, "this version reads format 1."),
        ("tiers", [{"word": "programme", "plural": "programmes"}], "name the programme and one to 4 tiers below it."),
        ("tiers", [{"word": "tier", "plural": "tiers"}] * 6, "name the programme and one to 4 tiers below it."),
        ("starts_on", ABSENT, "must be a day written 2022-06-30."),
        ("return_tier", 0, "must be a tier below the programme."),
        ("return_tier", 3, "must be a tier below the programme."),
        ("vesting_day", "2021-10-01", "must come after starts_on."),
        ("vesting_day", "2021-09-30", "must come after starts_on."),
        ("delivery", "speed", "“speed” is not one of rag, resourcing, delivery."),
        ("delivered", "G", "“G” is not one of delivered, on_track, at_risk, off_track, on_hold."),
        ("scales[0].levels", [], "name at least one level, each code once."),
        ("scales[0].levels[1].token", "gold", f"“gold” is not one of {', '.join(TOKENS)}."),
        ("dimensions[0].scales.1", "speed", "“speed” is not one of rag, resourcing, delivery."),
        ("narrative[4].second", 5, "must be text."),
        ("narrative[4].second", " ", "must not be empty."),
        ("layouts.scorecard[0].key", 5, "must be text."),
    ],
)
def test_rule_is_refused_at_its_place(path, value, complaint):
    refuses(path, value, complaint)


@pytest.mark.parametrize("tier", ["3", "-1", "00", "one", ""])
def test_dimension_is_refused_at_a_tier_that_the_scheme_has_not(tier):
    refuses("dimensions[2].scales", {"0": "rag", tier: "rag"}, f"“{tier}” is not a tier of this scheme.")


@pytest.mark.parametrize("listed", ["scales", "dimensions", "tranches", "narrative"])
def test_code_that_stands_twice_is_refused(listed):
    document = somerset_scheme()
    document[listed].append(document[listed][0])
    refuses(listed, document[listed], f"the code “{document[listed][0]['code']}” stands twice.")


def test_level_that_stands_twice_is_refused():
    levels = somerset_scheme()["scales"][0]["levels"]
    refuses("scales[0].levels", [*levels, levels[0]], "name at least one level, each code once.")


def test_a_scale_has_an_order():
    levels = [{k: v for k, v in level.items() if k != "severity"} for level in somerset_scheme()["scales"][0]["levels"]]
    refuses("scales[0].levels", levels, "at least one level needs a severity.")


@pytest.mark.parametrize("key", ["headline", ABSENT])
def test_two_sections_of_a_layout_cannot_have_one_key(key):
    again = {"section": "headline", "title": "At another glance"} | ({} if key is ABSENT else {"key": key})
    sections = [*somerset_scheme()["layouts"]["scorecard"], again]
    refuses("layouts.scorecard", sections, "a section that stands twice needs a key of its own.")


@pytest.mark.parametrize("document", [None, [], "scheme"], ids=["null", "list", "text"])
def test_document_itself_must_be_an_object(document):
    with pytest.raises(SchemeError, match=r"^scheme: must be an object\.$"):
        Scheme.parse(document)


# --- What a scheme may leave unsaid -------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "unsaid"), [("not_begun", ""), ("holds_closing", ())])
def test_scheme_need_not_say_it(key, unsaid):
    document = somerset_scheme()
    document.pop(key, None)
    assert getattr(Scheme.parse(document), key) == unsaid


def test_somerset_says_which_status_means_that_work_has_not_begun(scheme):
    assert scheme.delivery.levels[scheme.not_begun].word == "On hold or not yet started"


def test_status_of_work_not_begun_is_one_of_the_scale_and_not_the_one_of_what_is_done():
    known = "delivered, on_track, at_risk, off_track, on_hold"
    refuses("not_begun", "paused", f"“paused” is not one of {known}.")
    refuses("not_begun", "", "must not be empty.")
    refuses("not_begun", "delivered", "must not be the status of a thing that is delivered.")


def test_checks_that_hold_a_month_are_a_list_of_codes():
    assert Scheme.parse(changed("holds_closing", ["a_check"])).holds_closing == ("a_check",)
    refuses("holds_closing", "a_check", "must be a list.")
    for items in ([1], [""], [None]):
        refuses("holds_closing", items, "must be a list of texts.")


# --- What never changes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        lambda scheme: scheme,
        lambda scheme: scheme.tiers[0],
        lambda scheme: scheme.scales["rag"],
        lambda scheme: scheme.scales["rag"].grades[0],
        lambda scheme: scheme.scales["rag"].levels["G"],
        lambda scheme: scheme.dimensions["overall"],
        lambda scheme: scheme.tranches["1"],
        lambda scheme: scheme.narrative["ask"],
        lambda scheme: scheme.layouts["scorecard"][0],
    ],
    ids=["scheme", "tier", "scale", "grade", "level", "dimension", "tranche", "kind", "section"],
)
def test_every_part_of_a_scheme_is_frozen(scheme, part):
    for field in dataclasses.fields(part(scheme)):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(part(scheme), field.name, None)
