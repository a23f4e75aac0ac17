"""A month that is opened by a new version: codes which that retires become those it names instead."""

import pytest

from accounts.models import AuditEntry
from programmes.actions import Refused, add_scheme, close_period, open_period
from programmes.models import MilestonePosition, Period, ProductPosition
from programmes.months import verification
from programmes.months.closing import faults
from tests.factories import everything, somerset_scheme


def statuses(period):
    rows = [
        *ProductPosition.objects.of(period).values_list("product__ref", "status"),
        *MilestonePosition.objects.of(period).values_list("milestone__ref", "status"),
    ]
    return dict(rows)


@pytest.fixture
def june(book, paused):
    add_scheme(book.programme, paused | {"retired": {"status": {"on_hold": "paused", "never": "waiting"}}})
    return book.next_month("2022-06")


def test_retired_codes_become_what_the_version_names(book, june):
    assert june.scheme_version.number == 2
    assert statuses(june) == {"LED": "on_track", "PAY": "paused", "M-1": "paused", "M-2": ""}
    assert list(faults(june)) == []


def test_the_month_before_stays_as_it_was_closed(book, june):
    may = Period.objects.get(label="2022-05")

    assert statuses(may) == {"LED": "on_track", "PAY": "on_hold", "M-1": "on_hold", "M-2": ""}
    assert list(verification.of(may)) == []


def test_what_was_rewritten_is_still_carried(june):
    assert set(ProductPosition.objects.of(june).values_list("carried", "version")) == {(True, 1)}


def test_the_history_says_how_many_became_what(june):
    entry = AuditEntry.objects.filter(what="period.open").newest_first().first()

    assert entry.after == {
        "state": "open",
        "scheme": 2,
        "codes_rewritten": {"milestone status on_hold → paused": 1, "product status on_hold → paused": 1},
    }


def test_codes_that_trade_places_are_not_rewritten_twice(book):
    """Each row by what stood in it, in one step; of a chain in another document's order nothing else is right."""
    document = somerset_scheme()
    document["tranches"] = [tranche | {"code": f"{n}{n}"} for n, tranche in enumerate(document["tranches"], 1)]
    add_scheme(
        book.programme, document | {"retired": {"tranche": {"1": "33", "2": "11", "3": "22"}}, "layouts": LAYOUT}
    )

    june = book.next_month("2022-06")

    assert dict(ProductPosition.objects.of(june).values_list("product__ref", "tranche")) == {"LED": "33", "PAY": "22"}


LAYOUT = {"scorecard": [{"section": "headline", "title": "At a glance"}]}


def test_a_month_of_the_same_scheme_says_nothing_of_it(book):
    book.next_month("2022-06")

    assert AuditEntry.objects.filter(what="period.open").newest_first().first().after == {"state": "open"}


def test_a_code_that_came_after_the_version_was_added_holds_the_opening(book):
    """A version is checked when it is added, and the month that it was checked against goes on."""
    document = somerset_scheme()
    del document["tranches"][1]
    add_scheme(book.programme, document)
    book.product(book.finance, "NEW", tranche="2")
    close_period(book.period)
    before = everything()

    with pytest.raises(Refused) as refused:
        open_period(book.programme, "2022-06")

    assert str(refused.value) == (
        "June 2022 cannot be opened by Scheme 2, the newest. It does not know the tranche “2” (NEW) of May 2022, "
        "nor does it say under “retired” what becomes of it."
    )
    assert everything() == before

    add_scheme(book.programme, document | {"retired": {"tranche": {"2": "3"}}})
    june = open_period(book.programme, "2022-06")
    assert ProductPosition.objects.of(june).get(product__ref="NEW").tranche == "3"
