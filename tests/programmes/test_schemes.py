"""A shipped scheme becomes a programme's own: with its dates, its tiers and their words, and always a valid one."""

import copy
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.founding import shipped as schemes
from programmes.scheme import DEEPEST_TIER, Scheme, SchemeError, Tier
from tests.factories import somerset_scheme

AREA, PROJECT = Tier("area", "areas"), Tier("project", "projects")
STAGE, TASK = Tier("stage", "stages"), Tier("task", "tasks")
NAMES = (AREA, PROJECT, STAGE, TASK)
STARTS_ON, VESTING_DAY = dt.date(2027, 1, 1), dt.date(2028, 4, 1)


def adapted(*tiers, document=None, **choice):
    choice = {"starts_on": STARTS_ON, "vesting_day": VESTING_DAY, "return_tier": len(tiers)} | choice
    return schemes.adapted(document or somerset_scheme(), tiers=tiers, **choice)


def titles(document):
    return [section["title"] for section in document["layouts"]["scorecard"]]


def scales(document):
    return {dimension["code"]: dimension["scales"] for dimension in document["dimensions"]}


# --- What is shipped ----------------------------------------------------------------------------------------


def test_every_shipped_scheme_says_what_it_is_and_suits_any_number_of_tiers():
    found = schemes.shipped()

    assert "somerset" in found
    for code, scheme in found.items():
        assert scheme.code == code
        assert scheme.label
        assert scheme.about.endswith(".")
        for n in range(1, DEEPEST_TIER + 1):
            assert len(Scheme.parse(adapted(*NAMES[:n], document=scheme.document)).tiers) == n + 1


def test_another_document_that_is_shipped_is_offered_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(schemes, "FOLDER", tmp_path)
    (tmp_path / "kent").mkdir()
    document = somerset_scheme() | {"label": "Kent", "about": "As in Kent."}
    (tmp_path / "kent" / "scheme.json").write_text(json.dumps(document), encoding="utf-8")

    (kent,) = schemes.shipped().values()

    assert (kent.code, kent.label, kent.about) == ("kent", "Kent", "As in Kent.")
    assert [tier.word for tier in kent.tiers] == ["workstream", "sub-workstream"]


def test_a_programme_begins_with_the_newest_version_and_retires_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(schemes, "FOLDER", tmp_path)
    (tmp_path / "kent").mkdir()
    first = somerset_scheme() | {"label": "Kent", "about": "As in Kent."}
    second = first | {"label": "Kent now", "retired": {"tranche": {"4": "3"}}}
    for name, document in (("scheme", first), ("scheme-2", second)):
        (tmp_path / "kent" / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")

    (kent,) = schemes.shipped().values()

    assert (kent.label, kent.document) == ("Kent now", second)
    assert "retired" not in adapted(AREA, document=kent.document)


# --- What stays, what changes -------------------------------------------------------------------------------


def test_with_its_own_tiers_and_dates_a_scheme_stays_as_it_is():
    document = somerset_scheme()
    shipped = Scheme.parse(document)

    made = adapted(*shipped.tiers[1:], starts_on=shipped.starts_on, vesting_day=shipped.vesting_day)

    assert made == {key: value for key, value in document.items() if key not in {"label", "about"}}


def test_the_shipped_document_is_left_alone():
    document = somerset_scheme()
    before = copy.deepcopy(document)

    adapted(AREA, document=document)

    assert document == before


def test_dates_are_the_programmes_and_a_tranche_keeps_its_distance_from_vesting_day():
    scheme = Scheme.parse(adapted(AREA, PROJECT))

    assert (scheme.starts_on, scheme.vesting_day) == (STARTS_ON, VESTING_DAY)
    assert scheme.tranches["1"].due_by == dt.date(2028, 3, 31)  # Somerset's is the day before vesting day


def test_no_tranche_is_due_before_the_programme_starts():
    document = somerset_scheme()
    document["tranches"][0]["change_freeze"] = "2021-11-01"

    scheme = Scheme.parse(adapted(AREA, document=document))

    assert scheme.tranches["1"].change_freeze == STARTS_ON


def test_titles_and_meanings_say_the_programmes_own_words():
    made = adapted(AREA, PROJECT)

    assert "Resources by project" in titles(made)
    assert "How projects are rated" in titles(made)
    assert "Ratings by area" in titles(made)
    assert made["scales"][0]["levels"][1]["meaning"] == "Problems that the area can put right itself."


def test_a_word_is_only_swapped_where_it_stands_alone_and_keeps_its_capital():
    document = somerset_scheme()
    document["layouts"]["scorecard"][0]["title"] = "Workstreams, workstreaming and non-workstream work"

    assert titles(adapted(AREA, PROJECT, document=document))[0] == "Areas, workstreaming and non-workstream work"


def test_of_two_words_that_begin_alike_the_longer_is_swapped():
    document = somerset_scheme()
    document["tiers"][1:] = [{"word": "work", "plural": "works"}, {"word": "work area", "plural": "work areas"}]
    document["layouts"]["scorecard"][0]["title"] = "Work by work area"

    assert titles(adapted(AREA, PROJECT, document=document))[0] == "Area by project"


def test_words_that_trade_places_are_not_swapped_twice():
    shipped = Scheme.parse(somerset_scheme()).tiers

    assert "Resources by workstream" in titles(adapted(shipped[2], shipped[1]))


# --- More tiers and fewer -----------------------------------------------------------------------------------


def test_one_tier_is_rated_as_the_first_was():
    made = adapted(AREA)

    assert scales(made) == {
        "overall": {"0": "rag", "1": "rag"},
        "resources": {"0": "rag", "1": "rag"},
        "schedule": {"0": "rag", "1": "rag"},
    }
    assert "Resources by area" in titles(made)


def test_deeper_tiers_are_rated_as_the_lowest_was_and_sections_of_the_lowest_follow_it_down():
    made = adapted(*NAMES)

    assert scales(made)["overall"] == {"0": "rag", "1": "rag"}
    assert scales(made)["resources"] == {
        "0": "rag",
        "1": "rag",
        "2": "resourcing",
        "3": "resourcing",
        "4": "resourcing",
    }
    sections = {section["section"]: section.get("options", {}) for section in made["layouts"]["scorecard"]}
    assert (sections["resources"]["tier"], sections["spread"]["tier"]) == (4, 4)
    assert "Resources by task" in titles(made)


def test_what_was_rated_in_a_tier_that_is_gone_is_rated_in_the_lowest_there_is():
    document = somerset_scheme()
    document["dimensions"].append({"code": "morale", "label": "Morale", "scales": {"2": "resourcing"}})

    assert scales(adapted(AREA, document=document))["morale"] == {"1": "resourcing"}


def test_any_tier_below_the_programme_may_make_the_returns():
    assert Scheme.parse(adapted(AREA, PROJECT, return_tier=1)).return_tier == 1
    for tier in (0, 3):
        with pytest.raises(SchemeError, match=r"scheme\.return_tier: must be a tier below the programme"):
            adapted(AREA, PROJECT, return_tier=tier)


@pytest.mark.parametrize("tiers", [(), (*NAMES, AREA)], ids=["none", "five"])
def test_no_tier_and_five_are_refused(tiers):
    with pytest.raises(SchemeError, match=r"scheme\.tiers: name the programme and one to 4 tiers below it"):
        adapted(*tiers)


def test_a_vesting_day_before_the_start_is_refused():
    with pytest.raises(SchemeError, match=r"scheme\.vesting_day: must come after starts_on"):
        adapted(AREA, vesting_day=STARTS_ON)


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=40).filter(str.strip)
days = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 30))


@given(st.data(), st.lists(st.builds(Tier, words, words), min_size=1, max_size=DEEPEST_TIER), days)
def test_any_words_any_dates_and_any_number_of_tiers_make_a_valid_scheme(data, tiers, starts_on):
    vesting_day = data.draw(st.dates(starts_on + dt.timedelta(days=1), dt.date(2099, 12, 31)))
    return_tier = data.draw(st.integers(1, len(tiers)))
    choice = {"starts_on": starts_on, "vesting_day": vesting_day, "return_tier": return_tier}

    made = adapted(*tiers, **choice)

    scheme = Scheme.parse(made)
    assert scheme.tiers[1:] == tuple(tiers)
    assert scheme.dimensions.keys() == Scheme.parse(somerset_scheme()).dimensions.keys()
    assert all(scheme.scale(code, tier) for code in ("resources", "schedule") for tier in range(len(tiers) + 1))
    assert all(section.options.get("tier", 1) <= len(tiers) for section in scheme.layouts["scorecard"])
    assert all(starts_on <= t.due_by <= vesting_day for t in scheme.tranches.values() if t.due_by)
    assert json.loads(json.dumps(made)) == made


def test_every_tier_that_a_part_names_is_found_again():
    """Tables of money name the tiers of their rows: of projects, the lowest, and of the portfolios at the top."""
    parts = {"tables": [{"by_tier": 1, "tiers": [1, 2, 4], "bare_tiers": [3, 4]}], "code": "tier"}
    document = somerset_scheme() | {"tiers": [{"word": word, "plural": word} for word in "abcde"], "nobodys": parts}

    made = adapted(*NAMES[:2], document=document)

    assert made["nobodys"] == {"tables": [{"by_tier": 1, "tiers": [1, 2], "bare_tiers": [2]}], "code": "tier"}
