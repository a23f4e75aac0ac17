"""A kind that forgets one of its duties is told which: of what is installed none does, and each is missed when it is gone."""

from dataclasses import replace

import pytest

from programmes.actions.rows import write_row
from programmes.checks import CHECKS
from programmes.examples.files import FILES
from programmes.models.period import InPeriodQuerySet
from programmes.rows import KINDS
from programmes.scheme import Codes
from programmes.scheme.scheme import parts
from programmes.sections import SECTIONS, SectionKind
from tests.duties import missing
from tests.specimen import trials
from tests.specimen.models import Hazard, HazardPosition, Sighting
from tests.specimen.scheme import RULES


def test_nothing_that_is_installed_forgets_a_duty():
    assert missing() == []


def strange_manager(patch):
    manager = InPeriodQuerySet.as_manager()
    manager.model, manager.name = HazardPosition, "objects"
    patch.setattr(HazardPosition._meta, "default_manager", manager)


def kind(of, **changed):
    return lambda patch: patch.setitem(KINDS, of, replace(KINDS[of], **changed))


def setting(owner, name, value):
    return lambda patch: patch.setattr(owner, name, value)


def trial(name):
    return lambda patch: patch.setattr(trials, name, type(getattr(trials, name))())


FORGOTTEN = {
    # --- Models
    "No ref is proposed for a new Hazard: it needs a `prefix`.": setting(Hazard, "prefix", ""),
    "The prefix “P” is taken by 2 kinds of thing.": setting(Hazard, "prefix", "P"),
    "Hazard may have a ref twice or none: its Meta has to inherit Identity.Meta.": setting(
        Hazard._meta, "constraints", []
    ),
    "Nothing is reported about Hazard: a Position needs a key to it with related_name “positions”.": setting(
        Hazard._meta, "related_objects", ()
    ),
    "Sighting does not say what tells its rows apart: it needs a `natural_key` of fields.": setting(
        Sighting, "natural_key", ("number",)
    ),
    "Sighting may say a thing twice in a month: it needs a UniqueConstraint of period and hazard, seq.": setting(
        Sighting._meta, "constraints", []
    ),
    "HazardPosition is about nothing: the one field of its `natural_key` has to name an Identity.": setting(
        HazardPosition, "natural_key", ("title",)
    ),
    "Sighting cannot stand under text: `stands_under` names fields of identities.": setting(
        Sighting, "stands_under", ("text",)
    ),
    "HazardPosition is not placed or counted in returns: its `objects` have to come of PositionQuerySet.": (
        strange_manager
    ),
    "Months close with any response of HazardPosition: it needs an entry in `coded`, or in NO_CODES.": setting(
        HazardPosition, "coded", {}
    ),
    "No month of an older scheme can close: the codes of HazardPosition.response fail without its part "
    "(AttributeError(\"'NoneType' object has no attribute 'responses'\")).": setting(
        HazardPosition, "coded", {"response": Codes("response", lambda scheme: RULES.of(scheme).responses)}
    ),
    # --- Kinds of rows
    "Nobody can change a Sighting: register a RowKind of it.": lambda patch: patch.delitem(KINDS, "sighting"),
    "No return asks for a hazard, nor does one begin a return: its RowKind needs a `part`.": kind("hazard", part=None),
    "Every programme there is would be asked for a hazard at once: its RowKind has to say what it `needs`.": kind(
        "hazard", needs=None
    ),
    "A hazard cannot be made to vanish: there are merge, move, occur, restore, split, withdraw.": kind(
        "hazard", acts=("withdraw", "vanish")
    ),
    "The addresses of a hazard lead nowhere: its RowKind has to be called “hazard”.": kind("hazard", code="danger"),
    "A hazard can be taken away and is lost to its history: its RowKind says why it `stays`.": kind("hazard", stays=""),
    "A hazard can never end: “withdraw” has to be among the `acts` of its RowKind.": kind("hazard", acts=("move",)),
    "A new hazard has no lineage, and is not held with what it stands under: `save` it as a position.": kind(
        "hazard", save=write_row
    ),
    "Nobody can list hazards, and what checks find of them leads nowhere: its RowKind needs a `listing`.": kind(
        "hazard", listing=None
    ),
    # --- What the tests try
    **{
        f"The tests try no hazard: the trials of its app need an entry in {name}.": trial(name)
        for name in ("KEYS", "SAVES", "COSTS", "REQUIRED", "ADDITIONS")
    },
    "The tests try no example with hazards: the trials of its app need its COLUMNS.": trial("COLUMNS"),
    # --- What is registered besides
    "No example can hold a HazardPosition: register an ExampleFile of it.": lambda patch: patch.setattr(
        "tests.duties.FILES", [file for file in FILES if file.model is not HazardPosition]
    ),
    "Two checks are called “hazard_nobody_looked_at”.": lambda patch: patch.setattr(
        "tests.duties.CHECKS", [*CHECKS, CHECKS[-1]]
    ),
    "An older scheme would say what nobody agreed: the part “hazards” stands for rules where there are none.": (
        lambda patch: patch.setitem(parts, "hazards", replace(RULES, absent={"answer_from": 12}))
    ),
    "A layout could break its report: the option “from” of the section “hazards” takes anything.": (
        lambda patch: patch.setitem(
            SECTIONS, "hazards", SectionKind(SECTIONS["hazards"].build, may_have={"from": lambda *_: True})
        )
    ),
}


@pytest.mark.parametrize("sentence", FORGOTTEN)
def test_a_duty_that_is_forgotten_is_named(monkeypatch, sentence):
    FORGOTTEN[sentence](monkeypatch)

    assert sentence in missing()
