"""Ratings: what they may say, and when they have to say why."""

import pytest

from programmes.models import Rating
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, form_of, place, problems


def rating(book, workstream, dimension="overall"):
    return Rating.objects.get(period=book.period, workstream=workstream, dimension=dimension)


def test_rating_is_given_and_is_there_the_next_time(lead, book):
    response = lead.save(
        "rating", "FIN/schedule", level="A", reason="Late", direction="worsening", green_by="July 2022"
    )

    assert response.status_code == 302
    given = rating(book, book.finance, "schedule")
    assert (given.level, given.reason, given.direction, given.version) == ("A", "Late", "worsening", 1)
    assert (given.green_by_text, str(given.green_by_earliest), str(given.green_by_latest)) == (
        *("July 2022", "2022-07-01", "2022-07-31"),
    )
    shown = form_of(lead.open("rating", "FIN/schedule"))
    for of_the_form in ("csrfmiddlewaretoken", "form"):
        del shown[of_the_form]
    assert shown == {
        "seen": "1",
        "of": str(given.pk),
        "level": "A",
        "reason": "Late",
        "direction": "worsening",
        "path_to_green": "",
        "path_owner": "",
        "green_by": "July 2022",
    }


def test_rating_is_changed_and_its_version_is_one_more(lead, book):
    lead.save("rating", "FIN/overall", level="R", reason="Worse")

    assert (rating(book, book.finance).level, rating(book, book.finance).version) == ("R", 2)


def test_saving_it_as_it_stands_changes_nothing(lead, book):
    assert lead.save("rating", "FIN/overall").status_code == 302

    assert rating(book, book.finance).version == 1


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"level": None}, {"level": ["Choose a rating."]}),
        ({"level": ""}, {"level": ["Choose a rating."]}),
        ({"level": "S"}, {"level": ["Select a valid choice. S is not one of the available choices."]}),
        ({"level": "R", "reason": " "}, {"reason": ["Say why it is red."]}),
        ({"level": "A", "reason": ""}, {"reason": ["Say why it is amber."]}),
        (
            {"direction": "sideways"},
            {"direction": ["Select a valid choice. sideways is not one of the available choices."]},
        ),
        ({"reason": "x" * 5001}, {"reason": ["This is 5001 characters long. At most 5000 fit."]}),
        ({"path_owner": "x" * 201}, {"path_owner": ["This is 201 characters long. At most 200 fit."]}),
    ],
)
def test_what_a_rating_cannot_say_is_sent_back(lead, book, typed, expected):
    assert problems(lead.save("rating", "FIN/overall", **typed)) == expected
    assert rating(book, book.finance).version == 1


@pytest.mark.parametrize(
    ("typed", "shown", "lacks"),
    [
        ("July 2022", "Recruit, Director, by July 2022", False),
        ("by 30 June 2022", "Recruit, Director, by 30 June 2022", False),
        ("July 2022 ongoing", "Recruit, Director, July 2022 ongoing", False),
        ("TBC", "Recruit, Director, TBC", True),
    ],
)
def test_path_to_green_says_by_when_as_it_was_stated(lead, book, typed, shown, lacks):
    path = {"path_to_green": "Recruit", "path_owner": "Director", "green_by": typed, "green_by_meant": typed}
    assert lead.save("rating", "FIN/overall", **path).status_code == 302

    page = lead.client.get("/programmes/book/2022-06/returns/FIN/").content.decode()
    assert ("a path to green that has no date" in page) is lacks
    line = lead.client.get(place(book, "rating", "FIN/overall") + "?line", headers={"HX-Request": "true"})
    assert shown in line.content.decode()


def test_date_that_is_none_is_sent_back_with_what_was_typed(lead):
    page = lead.save("rating", "FIN/overall", green_by="32 July 2022", reason="Typed anew")

    assert problems(page)["green_by"][0].startswith("“32 July 2022” is not a date.")
    assert (form_of(page)["green_by"], form_of(page)["reason"]) == ("32 July 2022", "Typed anew")


def test_best_rating_needs_no_reason_unless_it_has_moved(lead, book):
    """Last month's overall rating was green, June's is amber; the schedule was not rated."""
    assert lead.save("rating", "FIN/schedule", level="G").status_code == 302
    assert lead.save("rating", "FIN/overall", level="G", reason="").status_code == 302

    book.next_month("2022-07")
    book.rating(book.finance, "overall", "A", reason="Late")
    book.next_month("2022-08")
    answer = lead.save("rating", "FIN/overall", level="G", reason="")
    assert problems(answer) == {"reason": ["Say why it has moved: last month it was amber."]}
    assert "Last month: Amber." in answer.content.decode()


def test_each_tier_is_rated_on_its_own_scale(lead, book):
    page = lead.open("rating", "FIN-1/resources").content.decode()

    assert "Sufficiently resourced: The people needed are in place." in page
    assert "Amber" not in page
    assert lead.save("rating", "FIN-1/resources", level="I", reason="Nobody is there").status_code == 302


@pytest.mark.parametrize(
    "key", ["FIN-1/overall", "FIN/nothing", "FIN", "NONE/overall", "FIN/overall/overall", "/overall"]
)
def test_what_is_not_rated_has_no_page(lead, key):
    assert lead.open("rating", key).status_code == 404


def test_words_of_a_scheme_are_text_on_the_page(client, db):
    document = somerset_scheme()
    document["scales"][0]["levels"][0] |= {"word": "<b>Green</b>", "meaning": "<i>Well</i>"}
    book = Book("marked", label="2022-05", document=document)
    book.rating(book.root, "overall", "G")
    book.next_month("2022-06")
    page = Clerk(client, book, person("pmo", book.root)).open("rating", "ROOT/overall").content.decode()

    assert "<b>Green" not in page
    assert "<i>Well" not in page
    assert "Last month: &lt;b&gt;Green&lt;/b&gt;." in page
