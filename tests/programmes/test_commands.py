"""`manage.py period` and `manage.py load_example`: what they print, and how they refuse."""

import pytest
from django.core.management import execute_from_command_line

from programmes.models import Period, Programme
from tests.factories import Book, everything
from tests.scenes import scene

# Run as from the shell, a command closes the database's connections when it ends.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manage(capsys):
    """Run a command as the shell does; return its exit status, output and errors."""

    def run(*argv):
        status = 0
        try:
            execute_from_command_line(["manage.py", *argv])
        except SystemExit as left:
            status = left.code
        return status, *capsys.readouterr()

    return run


@scene
def book():
    return Book("book", label="2022-05")


# --- period -------------------------------------------------------------------------------------------------


def test_period_closes_the_month_and_opens_the_next(book, manage):
    said = "The checks find nothing in May 2022.\nMay 2022 of The book programme is closed.\n"
    assert manage("period", "close", "book", "2022-05") == (0, said, "")
    assert manage("period", "open", "book", "2022-06") == (0, "June 2022 of The book programme is open.\n", "")
    assert list(Period.objects.order_by("label").values_list("label", "state")) == [
        ("2022-05", "closed"),
        ("2022-06", "open"),
    ]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("open", "nowhere", "2022-06"), "There is no programme “nowhere”."),
        (("close", "nowhere", "2022-06"), "There is no programme “nowhere”."),
        (("open", "book", "2022-06"), "May 2022 is still open. Close it before opening June 2022."),
        (("open", "book", "June"), "“June” is not a month. Write it as 2022-06."),
        (("close", "book", "2022-06"), "2022-06 of The book programme is not open."),
        (("close", "book", "June"), "June of The book programme is not open."),
    ],
)
def test_period_refuses_in_a_sentence(book, manage, argv, sentence):
    before = everything()
    assert manage("period", *argv) == (1, "", f"CommandError: {sentence}\n")
    assert everything() == before


def test_period_says_why_a_month_cannot_close(book, manage):
    book.product(book.root, "P-1", status="late")
    sentence = "May 2022 cannot close. The product status “late” (P-1) is not in the scheme of May 2022."
    found = "The checks find 2 things in May 2022, 1 of high severity. /programmes/book/2022-05/findings/\n"
    assert manage("period", "close", "book", "2022-05") == (1, found, f"CommandError: {sentence}\n")


def test_closed_month_is_not_open_to_the_command_either(book, manage):
    book.close()
    sentence = "2022-05 of The book programme is not open."
    assert manage("period", "close", "book", "2022-05") == (1, "", f"CommandError: {sentence}\n")


def test_period_refuses_an_action_it_does_not_know(manage):
    status, out, err = manage("period", "shut", "book", "2022-05")
    assert (status, out) == (2, "")
    assert "invalid choice: 'shut'" in err.splitlines()[-1]


# --- load_example -------------------------------------------------------------------------------------------


def test_example_is_loaded_once(village, manage):
    assert manage("load_example", "village") == (0, "The village: loaded.\n", "")
    before = everything()
    assert manage("load_example", "village") == (0, "The village: is there already, left as it is.\n", "")
    assert everything() == before


def test_all_examples_are_loaded_but_those_that_are_there(village, hamlet, manage):
    manage("load_example", "village")
    assert manage("load_example", "all") == (
        0,
        "The hamlet: loaded.\nThe village: is there already, left as it is.\n",
        "",
    )
    assert sorted(Programme.objects.values_list("slug", flat=True)) == ["hamlet", "village"]


def test_unknown_example_is_refused_with_the_names_of_those_there_are(village, hamlet, manage):
    status, out, err = manage("load_example", "town")
    assert (status, out) == (2, "")
    said = err.splitlines()[-1].replace("'", "")  # Python's own words, which quote the names or do not
    assert said.endswith("invalid choice: town (choose from hamlet, village, all)")
    assert not Programme.objects.exists()


def test_example_whose_months_do_not_close_is_not_loaded(village, manage):
    village.add("products", {"from": "2022-05", "ref": "P-1", "workstream": "HALL", "title": "Oven", "status": "baked"})
    before = everything()
    why = "May 2022 cannot close. The product status “baked” (P-1) is not in the scheme of May 2022."
    assert manage("load_example", "village") == (1, "", f"CommandError: village is not loaded. {why}\n")
    assert everything() == before


def test_example_that_fails_takes_no_other_with_it(village, hamlet, manage):
    village.add("products", {"from": "2022-05", "ref": "P-1", "workstream": "HALL", "title": "Oven", "status": "baked"})
    status, out, _ = manage("load_example", "all")
    assert (status, out) == (1, "The hamlet: loaded.\n")
    assert list(Programme.objects.values_list("slug", flat=True)) == ["hamlet"]
