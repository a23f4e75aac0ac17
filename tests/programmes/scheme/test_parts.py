"""An app has its part in every scheme: what it means, that it may be absent, and where a complaint comes from."""

from dataclasses import dataclass

import pytest

from programmes.scheme import Scheme, SchemeError, SchemePart, register
from programmes.scheme.scheme import parts
from tests.factories import somerset_scheme


@dataclass(frozen=True)
class Rules:
    appetite: int
    worst: str


def rules(place, scheme):
    return Rules(place.integer("appetite"), place.one_of("worst", scheme.scales["rag"].levels).word)


@pytest.fixture
def part():
    """The part of an app above."""
    yield register(SchemePart[Rules | None]("appetite", parse=rules, absent=None))
    del parts["appetite"]


def parsed(**keys):
    return Scheme.parse(somerset_scheme() | keys)


def test_a_part_is_read_with_the_scheme_it_stands_in(part):
    assert part.of(parsed(appetite={"appetite": 12, "worst": "R"})) == Rules(12, "Red")


def test_a_part_that_is_absent_is_not_set_whatever_is_there_today(part):
    assert part.of(parsed()) is None


def test_a_complaint_names_the_place(part):
    with pytest.raises(SchemeError, match=r"^scheme\.appetite\.worst: “X” is not one of G, A, R\.$"):
        parsed(appetite={"appetite": 12, "worst": "X"})
    with pytest.raises(SchemeError, match=r"^scheme\.appetite: must be an object\.$"):
        parsed(appetite=None)


def test_a_key_that_no_app_reads_is_left_alone():
    assert parsed(appetite=None).parts == {}


@pytest.mark.parametrize("key", ["appetite", "scales", "label"])
def test_a_key_that_is_taken_is_not_given_twice(part, key):
    with pytest.raises(ValueError, match=f"The key “{key}” of a scheme is taken"):
        register(SchemePart[Rules | None](key, parse=rules, absent=None))
    assert parts["appetite"] is part


# --- Checks and retired codes -------------------------------------------------------------------------------


def test_a_scheme_that_names_no_checks_means_the_five_there_were():
    assert parsed().checks == (
        "product_without_milestone",
        "first_tranche_without_due_date",
        "milestone_past_its_date",
        "milestone_without_status",
        "delivered_before_work_began",
    )


def test_a_scheme_names_its_checks_or_none_at_all():
    assert parsed(checks=["milestone_without_status"]).checks == ("milestone_without_status",)
    assert parsed(checks=[]).checks == ()


def test_retired_codes_are_texts_by_what_they_are_codes_of():
    assert parsed(retired={"status": {"late": "off_track"}}).retired == {"status": {"late": "off_track"}}
    with pytest.raises(SchemeError, match=r"^scheme\.retired\.status\.late: must be text\.$"):
        parsed(retired={"status": {"late": None}})
    with pytest.raises(SchemeError, match=r"^scheme\.retired\.status: must be an object\.$"):
        parsed(retired={"status": ["late"]})
    with pytest.raises(SchemeError, match=r"^scheme\.retired\.status: has a name that is empty\.$"):
        parsed(retired={"status": {"": "off_track"}})
