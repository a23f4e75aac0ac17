"""A figure that looks as if it were in another unit is asked about, in the grid, in a pasted block and in a single form."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import POUNDS, THOUSANDS
from finance.mixup import doubt
from finance.models import Amount
from tests.finance.grid.test_grid import BUDGET, OTHER, OUTTURN, stated
from tests.programmes.rows.forms import Clerk, form_of

ASKED = "4,948,000 is a thousand times the figure here, 4,948: did you mean 4,948?"


@pytest.mark.parametrize(
    ("new", "past", "now", "meant"),
    [
        (4_948_000, 4_948, None, 4_948),
        (4_948, 4_948_000, None, 4_948_000),
        (-190_000, 190, None, -190),
        (500, 1, None, "0.5"),
        (2_000, 1, None, 2),
        (499, 1, None, None),
        (2_001, 1, None, None),
        (1, 500, None, 1_000),
        (1, 2_000, None, 1_000),
        (1, 2_001, None, None),
        (1, 499, None, None),
        (4_948_000, 4_900_000, 4_948, None),  # a mix-up that is put right
        (4_948_000, None, 4_948, 4_948),
        (4_948_000, 0, 4_948, 4_948),
        (4_948_000, None, None, None),
        (4_948_000, 0, 0, None),
        (0, 4_948, 4_948, None),
        (None, 4_948, 4_948, None),
    ],
)
def test_an_amount_is_doubted_by_its_size(new, past, now, meant):
    pounds = [None if each is None else Decimal(each) for each in (new, past, now)]

    found = doubt(pounds[0], past=pounds[1], now=pounds[2])

    assert (found and found.meant) == (None if meant is None else Decimal(meant))


@given(st.integers(1, 10**12), st.integers(1, 10**12))
def test_what_is_doubted_is_of_the_size_it_is_held_against_once_it_is_what_was_meant(new, past):
    found = doubt(Decimal(new), past=Decimal(past), now=None)

    assert found is None or doubt(found.meant, past=Decimal(past), now=None) is None


def test_the_sentence_says_both_figures_in_the_unit_that_is_typed():
    about = doubt(Decimal(5_100_000_000), past=Decimal(4_948_000), now=None)
    less = doubt(Decimal(5), past=Decimal(5_000), now=None)

    assert about.in_words(THOUSANDS) == ("5,100,000 is about a thousand times last period’s 4,948: did you mean 5,100?")
    assert less.in_words(POUNDS) == "5 is a thousandth of last period’s 5,000: did you mean 5,000?"


# --- In the grid, in a block and in a single form -----------------------------------------------------------


@pytest.mark.django_db
def test_the_grid_asks_and_saves_all_the_same_what_is_meant(month, sit):
    editor, before = sit(month.partner), stated(month)

    asked = editor.type({BUDGET: "4948000", OTHER: "1,300"})

    assert asked.status_code == 422
    assert [(cell.name, cell.question) for _, cell in asked.context["questions"]] == [(BUDGET, ASKED)]
    assert stated(month) == before
    assert editor.type(sure=f"{BUDGET}=1.00").status_code == 422  # another amount
    meant = asked.context["questions"][0][1].as_meant
    assert f'value="{meant}"' in asked.content.decode()

    assert editor.type(sure=meant).status_code == 302
    assert (stated(month)[BUDGET], stated(month)[OTHER]) == (4_948_000_000, 1_300_000)


@pytest.mark.django_db
def test_the_grid_saves_what_was_put_right(month, sit):
    editor = sit(month.partner)
    editor.type({BUDGET: "4948000"})

    assert editor.type({BUDGET: "4,949"}).status_code == 302
    assert stated(month)[BUDGET] == 4_949_000


@pytest.mark.django_db
def test_it_is_held_against_the_period_before_where_that_has_a_figure(month, sit):
    month.next_month("2022-07")
    Amount.objects.of(month.period).filter(line=month.staff, measure="budget").update(pounds=4_948)
    editor = sit(month.partner)
    assert "June 2022: </span>4,948" in editor.text

    assert editor.type({BUDGET: "4,948"}).status_code == 302  # a mix-up put right
    assert editor.type({BUDGET: "5"}).status_code == 422
    assert "5 is about a thousandth of last period’s 4,948: did you mean 5,000?" in editor.text


@pytest.mark.django_db
def test_a_pasted_block_is_asked_about_before_it_is_confirmed(month, sit):
    editor = sit(month.partner)

    shown = editor.paste("Staff\t4,948,000\t4,758,001")

    assert [cell.name for _, cell in shown.context["questions"]] == [BUDGET, OUTTURN]
    assert ASKED in editor.text
    assert editor.type().status_code == 422
    sure = [cell.as_meant for _, cell in shown.context["questions"]]
    assert editor.type(sure=sure).status_code == 302
    assert stated(month)[OUTTURN] == 4_758_001_000


@pytest.mark.django_db
def test_the_form_of_a_single_line_asks_too(month, client):
    clerk, name = Clerk(client, month, month.partner), "amount 2022/23 budget"

    asked = clerk.save("financeline", "F-0001", **{name: "4948000"})

    assert asked.status_code == 422
    form = asked.context["form"]
    assert form.errors == {name: [f"{ASKED} Change it, or tick below that it is meant."]}
    assert form["meant"].label == "Save it all the same"
    assert form.fields["meant"].choices == [(f"{name}=4948000000.00", "Budget 2022/23, £000: 4,948,000")]
    assert stated(month)[BUDGET] == 4_948_000

    sent = form_of(asked)
    assert "meant" not in sent
    address = asked.request["PATH_INFO"]
    assert client.post(address, sent | {name: "5948000", "meant": f"{name}=4948000000.00"}).status_code == 422
    assert client.post(address, sent | {"meant": f"{name}=4948000000.00"}).status_code == 302
    assert stated(month)[BUDGET] == 4_948_000_000


@pytest.mark.django_db
def test_the_form_of_a_single_line_takes_what_was_put_right_whatever_was_ticked(month, client):
    clerk, name = Clerk(client, month, month.partner), "amount 2022/23 budget"

    saved = clerk.save("financeline", "F-0001", **{name: "4,949", "meant": f"{name}=4948000000.00"})

    assert saved.status_code == 302
    assert stated(month)[BUDGET] == 4_949_000
