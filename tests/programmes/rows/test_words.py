"""Narrative by the kinds of the scheme, and caveats."""

import datetime as dt

import pytest

from programmes.models import Narrative, SectionNote
from tests.factories import Book, person, somerset_scheme
from tests.programmes.rows.forms import Clerk, action_of, form_of, place, problems


def entries(book, kind, workstream=None):
    rows = Narrative.objects.of(book.period).filter(kind=kind, workstream=workstream or book.finance)
    return list(rows.order_by("seq").values_list("seq", "text"))


def test_entry_is_added_with_the_next_number(lead, book):
    page = lead.open("narrative", "FIN/ask/new")
    assert action_of(page) == place(book, "narrative", "FIN/ask/2")

    assert lead.send(page, text="Decide.").status_code == 302

    assert entries(book, "ask") == [(1, "Agree the plan."), (2, "Decide.")]


def test_entry_is_about_dimensions_and_an_area(lead, book):
    lead.save("narrative", "FIN/ask/1", heading="Plan", dimensions=["schedule", "resources"], area="Education")

    row = Narrative.objects.get(period=book.period, workstream=book.finance)
    assert (row.heading, row.dimensions, row.area) == ("Plan", ["schedule", "resources"], "Education")
    assert sorted(form_of(lead.open("narrative", "FIN/ask/1"))["dimensions"]) == ["resources", "schedule"]


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("ask", {"heading", "text", "dimensions", "area", "seen", "of"}),
        ("achievement", {"heading", "text", "second", "dimensions", "area", "seen", "of"}),
        ("next_month", {"heading", "on", "text", "level", "dimensions", "area", "seen", "of"}),
    ],
)
def test_each_kind_asks_for_what_it_has(lead, kind, asked):
    assert set(lead.open("narrative", f"FIN/{kind}/new").context["form"].fields) == asked


def test_dated_kind_with_levels_is_kept_with_both(lead, book):
    lead.save("narrative", "FIN/next_month/new", text="It begins", on="Autumn 2022", level="2")

    row = Narrative.objects.get(kind="next_month")
    assert (row.level, row.on_text, row.on_latest) == (2, "Autumn 2022", dt.date(2022, 11, 30))


def test_kind_without_dates_and_levels_takes_none_that_are_sent(lead, book):
    lead.save("narrative", "FIN/ask/1", on="Autumn 2022", level="2", second="More")

    row = Narrative.objects.get(period=book.period, workstream=book.finance)
    assert (row.level, row.on_text, row.second, row.version) == (1, "", "", 1)


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("ask", {"text": " \r\n "}, {"text": ["Write something here."]}),
        ("update", {"text": "Done"}, {"heading": ["Write something here."]}),
        (
            "ask",
            {"text": "x", "dimensions": ["overall", "money"]},
            {"dimensions": ["Select a valid choice. money is not one of the available choices."]},
        ),
        ("ask", {"text": "x" * 5001}, {"text": ["This is 5001 characters long. At most 5000 fit."]}),
        (
            "next_month",
            {"text": "x", "level": "3"},
            {"level": ["Select a valid choice. 3 is not one of the available choices."]},
        ),
        (
            "next_month",
            {"text": "x", "on": "31/02/2022"},
            {"on": ["“31/02/2022” is not a date. There is no such day."]},
        ),
    ],
)
def test_what_an_entry_cannot_say_is_sent_back(lead, book, kind, typed, expected):
    assert problems(lead.save("narrative", f"FIN/{kind}/new", **typed)) == expected
    assert entries(book, kind) == ([(1, "Agree the plan.")] if kind == "ask" else [])


def test_hint_says_what_is_printed_where_the_second_text_is_left_empty(client, db):
    document = somerset_scheme()
    document["narrative"][6]["second_blank"] = "<b>None</b>"
    book = Book("marked", document=document)

    page = Clerk(client, book, person("pmo", book.root)).open("narrative", "ROOT/risk/new").content.decode()

    assert "Left empty, it is printed as “&lt;b&gt;None&lt;/b&gt;”." in page


@pytest.mark.parametrize(
    "key",
    [
        "FIN",
        "FIN/new",
        "FIN/ask",
        "FIN/nothing/new",
        "NONE/ask/1",
        "FIN/ask/0",
        "FIN/ask/-1",
        "FIN/ask/x",
        "FIN/ask/²",
        "FIN/ask/1234567890",
    ],
)
def test_what_is_no_entry_has_no_page(lead, key):
    assert lead.open("narrative", key).status_code == 404


def test_number_past_the_next_is_the_next(lead, book):
    """Entries before it may have been taken away while somebody wrote: what they typed is not lost for that."""
    assert action_of(lead.open("narrative", "FIN/ask/77")) == place(book, "narrative", "FIN/ask/2")


# --- Taking away --------------------------------------------------------------------------------------------


def test_entry_is_taken_away_after_asking_once(lead, book):
    page = lead.client.get(place(book, "narrative", "FIN/ask/1", "remove"), {"next": "/programmes/book/2022-06/"})
    assert "Agree the plan." in page.content.decode()
    assert entries(book, "ask") == [(1, "Agree the plan.")]

    answer = lead.client.post(place(book, "narrative", "FIN/ask/1", "remove"), form_of(page))

    assert answer["Location"] == "/programmes/book/2022-06/"
    assert entries(book, "ask") == []
    again = lead.client.post(place(book, "narrative", "FIN/ask/1", "remove"), form_of(page))
    assert again.status_code == 302  # a double click asks for what has been done


@pytest.mark.parametrize(("kind", "key"), [("product", "P-0001"), ("milestone", "M-0001"), ("workstream", "FIN")])
@pytest.mark.parametrize("method", ["get", "post"])
def test_thing_that_is_reported_from_month_to_month_is_not_taken_away(pmo, book, kind, key, method):
    answer = getattr(pmo.client, method)(place(book, kind, key, "remove"), {"seen": "1"})

    assert answer.status_code == 409
    assert "cannot be taken away" in answer.content.decode()


def test_what_is_not_there_cannot_be_taken_away(lead, book):
    assert lead.client.get(place(book, "narrative", "FIN/ask/2", "remove")).status_code == 409


@pytest.mark.parametrize(
    "said", [{"seen": ""}, {"seen": "x"}, {"seen": "9" * 5000}, {"seen": "2"}, {"of": "1"}, {"of": None}]
)
def test_entry_that_was_changed_meanwhile_is_not_taken_away(lead, book, said):
    """Or that it is not known to be the one that was read."""
    address = place(book, "narrative", "FIN/ask/1", "remove")
    said = {k: v for k, v in (form_of(lead.client.get(address)) | said).items() if v is not None}
    if said.get("of") == "1":
        said["of"] = str(Narrative.objects.get(period=book.period).pk + 1)

    answer = lead.client.post(address, said)

    assert answer.status_code == 409
    assert "was changed meanwhile, so it was not taken away." in answer.content.decode()
    assert entries(book, "ask") == [(1, "Agree the plan.")]


# --- Caveats ------------------------------------------------------------------------------------------------


def note(book, section):
    return SectionNote.objects.filter(period=book.period, section=section).values_list("caveat", "as_at").first()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"caveat": "Last month’s"}, ("Last month’s", None)),
        ({"as_at": "31/5/2022"}, ("", dt.date(2022, 5, 31))),
    ],
)
def test_caveat_is_words_or_a_day_or_both(pmo, book, typed, kept):
    assert pmo.save("note", "ratings", **typed).status_code == 302
    assert note(book, "ratings") == kept


@pytest.mark.parametrize("section", ["ratings", "products"])
def test_caveat_says_something(pmo, book, section):
    answer = pmo.save("note", section, caveat=" ", as_at="")

    assert problems(answer) == {"caveat": ["Say what a reader must know, or the day of the figures."]}
    assert note(book, "products") == ("Using available data", None)


def test_caveat_that_is_too_long_is_told_that_alone(pmo):
    assert problems(pmo.save("note", "ratings", caveat="x" * 201)) == {
        "caveat": ["This is 201 characters long. At most 200 fit."]
    }


def test_section_that_no_layout_has_takes_no_caveat(pmo):
    assert pmo.open("note", "nothing").status_code == 404
