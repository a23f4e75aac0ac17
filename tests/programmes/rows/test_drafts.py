"""Drafts: kept while somebody writes, offered to them alone, and gone once saved."""

import datetime as dt

import pytest
from django.test import Client

from accounts.models import AuditEntry
from programmes.models import Draft, Narrative, Rating
from tests.factories import everything
from tests.programmes.rows.forms import form_of, place
from tests.programmes.rows.test_saving import SAVES

HX = {"HX-Request": "true"}


def kept(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode().strip()


@pytest.mark.parametrize("kind", SAVES)
@pytest.mark.parametrize("adds", [False, True], ids=["change", "add"])
def test_draft_is_kept_offered_back_and_gone_once_saved(clerk, book, kind, adds):
    changed, typed, added, more, role = SAVES[kind]
    key, typed = (added, more) if adds else (changed, typed)
    someone = clerk(role)
    state = {model: rows for model, rows in everything().items() if model != "programmes.Draft"}
    entries = AuditEntry.objects.count()

    assert kept(someone.save(kind, key, view="draft", headers=HX, **typed)).startswith("Draft kept at ")
    assert {model: rows for model, rows in everything().items() if model != "programmes.Draft"} == state
    assert AuditEntry.objects.count() == entries

    page = someone.open(kind, key)
    assert "This is what you had typed and not saved" in page.content.decode()
    assert typed.items() <= form_of(page).items()
    assert someone.send(page).status_code == 302
    assert not Draft.objects.exists()


def test_all_that_a_form_asks_comes_back(lead):
    typed = {
        "heading": "Heading",
        "text": "One\r\n\r\n  two",
        "on": "not a date yet",
        "level": "2",
        "dimensions": ["overall", "schedule"],
        "area": "Education",
    }
    lead.save("narrative", "FIN/next_month/new", view="draft", **typed)

    page = form_of(lead.open("narrative", "FIN/next_month/new"))

    assert {name: page[name] for name in typed} == typed


def test_boxes_that_were_unticked_come_back_unticked(lead, book):
    lead.save("product", "P-0001", critical="on")

    lead.save("product", "P-0001", view="draft", critical=None, legal_advice="yes")

    page = form_of(lead.open("product", "P-0001"))
    assert "critical" not in page
    assert page["legal_advice"] == "yes"


def test_parent_that_was_chosen_comes_back(pmo):
    pmo.save("workstream", "FIN-1", view="draft", parent="PEO")

    assert form_of(pmo.open("workstream", "FIN-1"))["parent"] == "PEO"


# --- Whose it is --------------------------------------------------------------------------------------------


def test_nobody_else_sees_it_and_neither_does_another_month(clerk, lead, book):
    second = clerk("lead", book.finance)
    lead.save("rating", "FIN/overall", view="draft", reason="Canary")

    assert "Canary" not in second.open("rating", "FIN/overall").content.decode()
    assert "not saved" not in second.open("rating", "FIN/overall").content.decode()
    second.client.post(place(book, "rating", "FIN/overall", "draft"), {"discard": "1"})
    assert Draft.objects.count() == 1

    book.next_month("2022-07")
    book.rating(book.finance, "overall", "A", reason="As before")
    assert "Canary" not in lead.open("rating", "FIN/overall").content.decode()
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("role", ["director", "assurance", "finance", "committee"])
def test_who_may_not_change_a_row_keeps_no_draft_of_it(clerk, book, role):
    reader = clerk(role)

    assert reader.client.post(place(book, "rating", "FIN/overall", "draft"), {"reason": "x"}).status_code == 403
    assert not Draft.objects.exists()


# --- What it may hold ---------------------------------------------------------------------------------------


def draft(lead, book, **typed):
    said = form_of(lead.open("rating", "FIN/overall")) | typed
    return lead.client.post(place(book, "rating", "FIN/overall", "draft"), said, headers=HX)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"reason": "x" * 60_001}, "This is too long to be kept as a draft. Shorten it, then save it."),
        ({"reason": ["x" * 40_000, "y" * 40_000]}, "This is too long to be kept as a draft. Shorten it, then save it."),
        ({"reason": "a\0b"}, "This holds a character that cannot be kept. Take out what was pasted last."),
        ({"seen": "\0"}, "This holds a character that cannot be kept. Take out what was pasted last."),
    ],
)
def test_what_cannot_be_kept_is_said_and_the_last_draft_stays(lead, book, typed, sentence):
    draft(lead, book, reason="Kept")

    answer = draft(lead, book, **typed)

    assert (answer.status_code, answer.content.decode(), answer["HX-Retarget"]) == (409, sentence, "#announce")
    assert Draft.objects.get().values["reason"] == "Kept"


@pytest.mark.parametrize(
    "text", ["x" * 50_000, "😀" * 10_000, "e" + "\u0301" * 10_000, "\\u0000", "\u202eabc", '"}', "{{ x }}"]
)
def test_any_other_text_is_kept_as_it_was_typed(lead, book, text):
    """More than can be saved, too: whoever pastes too much is told when they save, and shortens it."""
    assert draft(lead, book, reason=text).status_code == 200

    assert form_of(lead.open("rating", "FIN/overall"))["reason"] == text


def test_nothing_but_the_fields_of_the_form_is_kept(lead, book):
    draft(
        lead,
        book,
        reason="x",
        form="abc",
        period="1",
        version="9",
        is_staff="on",
        workstream="PEO",
        csrfmiddlewaretoken="x",
    )

    assert set(Draft.objects.get().values) == {
        *("form", "seen", "of", "level", "reason", "direction", "path_to_green", "path_owner", "green_by"),
    }


def test_last_one_stands_and_there_is_one_alone(lead, book):
    for text in ("First", "Second"):
        draft(lead, book, reason=text)

    assert Draft.objects.get().values["reason"] == "Second"


# --- Discarding ---------------------------------------------------------------------------------------------


def test_discarded_draft_is_not_offered_again(lead, book):
    draft(lead, book, reason="Typed")

    answer = lead.client.post(place(book, "rating", "FIN/overall", "draft"), {"discard": "1"})

    assert answer["Location"] == place(book, "rating", "FIN/overall")
    assert form_of(lead.open("rating", "FIN/overall"))["reason"] == "Two posts are empty"
    assert not Draft.objects.exists()


def test_discarding_in_place_gives_the_form_as_it_was(lead, book):
    draft(lead, book, reason="Typed")

    said = {"discard": "1", "next": "/programmes/book/2022-06/"}
    answer = lead.client.post(place(book, "rating", "FIN/overall", "draft"), said, headers=HX)

    assert answer.status_code == 200
    assert form_of(answer)["reason"] == "Two posts are empty"
    assert answer.content.decode().strip().startswith("<tr")


def test_draft_is_written_by_a_form_and_by_nothing_else(lead, book):
    """Read, as by whoever signs in again after a session has ended, its address leads back to the row."""
    answer = lead.client.get(place(book, "rating", "FIN/overall", "draft"), {"reason": "Typed", "discard": "1"})

    assert answer["Location"] == place(book, "rating", "FIN/overall")
    assert not Draft.objects.exists()


# --- Versions -----------------------------------------------------------------------------------------------


def test_draft_of_an_older_version_is_a_conflict_when_it_is_saved(clerk, lead, book):
    lead.save("rating", "FIN/overall", view="draft", reason="Mine")
    clerk("lead", book.finance).save("rating", "FIN/overall", reason="Theirs")

    page = lead.open("rating", "FIN/overall")
    assert form_of(page)["reason"] == "Mine"
    answer = lead.send(page)

    assert answer.status_code == 409
    assert Rating.objects.get(period=book.period).reason == "Theirs"


def test_keeping_a_draft_does_not_take_note_of_what_others_saved(clerk, lead, book):
    """However often it is kept, it remains begun from the version its writer saw."""
    page = lead.open("rating", "FIN/overall")
    clerk("lead", book.finance).save("rating", "FIN/overall", reason="Theirs")
    for text in ("Mi", "Mine"):
        lead.send(page, view="draft", reason=text)

    assert lead.send(lead.open("rating", "FIN/overall")).status_code == 409


def test_draft_that_says_what_was_saved_is_not_offered(lead, book):
    """One that was on its way when its form was saved arrives after that save."""
    page = lead.open("rating", "FIN/overall")
    lead.send(page, reason="One\r\ntwo", green_by="1 July 2022")
    lead.send(page, view="draft", reason="One\r\ntwo", green_by="1/7/2022")

    assert "not saved" not in lead.open("rating", "FIN/overall").content.decode()
    assert lead.save("rating", "FIN/overall", reason="Three").status_code == 302


def test_draft_of_an_entry_to_be_added_is_offered_whatever_its_number(clerk, lead, book):
    page = lead.open("narrative", "FIN/ask/new")
    lead.send(page, view="draft", text="Mine")
    clerk("lead", book.finance).save("narrative", "FIN/ask/new", text="Theirs")
    assert "Mine" not in lead.open("narrative", "FIN/ask/2").content.decode()

    lead.send(page, view="draft", text="Mine, more")
    again = lead.open("narrative", "FIN/ask/new")
    assert form_of(again)["text"] == "Mine, more"
    lead.send(again)

    said = Narrative.objects.of(book.period).filter(kind="ask").order_by("seq")
    assert list(said.values_list("seq", "text")) == [
        *((1, "Agree the plan."), (2, "Theirs"), (3, "Mine, more")),
    ]
    assert not Draft.objects.exists()


def test_saving_one_form_for_an_entry_leaves_the_draft_of_another(lead, book):
    first, second = lead.open("narrative", "FIN/ask/new"), lead.open("narrative", "FIN/ask/new")
    lead.send(first, view="draft", text="The first")
    lead.send(second, view="draft", text="The second")
    lead.send(first, text="The first")

    again = lead.open("narrative", "FIN/ask/new")
    assert form_of(again)["text"] == "The second"
    lead.send(again, text="The second, and more")
    assert not Draft.objects.exists()


def test_draft_that_arrives_after_its_entry_was_added_is_not_kept(lead, book):
    page = lead.open("narrative", "FIN/ask/new")
    lead.send(page, text="One\r\ntwo")
    assert kept(lead.send(page, view="draft", text="One\r\ntwo")) == ""

    assert "not saved" not in lead.open("narrative", "FIN/ask/new").content.decode()
    assert not Draft.objects.exists()


def test_draft_of_a_rating_that_somebody_gave_meanwhile_is_a_conflict(clerk, lead, book):
    lead.save("rating", "FIN/schedule", view="draft", level="R", reason="Mine")
    clerk("lead", book.finance).save("rating", "FIN/schedule", level="A", reason="Theirs")

    answer = lead.send(lead.open("rating", "FIN/schedule"))

    assert answer.status_code == 409
    assert lead.send(answer).status_code == 302
    assert Rating.objects.get(period=book.period, dimension="schedule").reason == "Mine"
    assert not Draft.objects.exists()


def test_baseline_that_was_typed_and_not_saved_can_still_be_saved(lead, book):
    """It is the lead's until it is set; typing it does not set it."""
    lead.save("product", "P-0001", view="draft", due_baseline="July 2022")

    page = lead.open("product", "P-0001")
    assert form_of(page)["due_baseline"] == "July 2022"
    lead.send(page)
    assert "July 2022" in lead.open("product", "P-0001").content.decode()


def test_draft_says_nothing_of_a_baseline_that_is_set(lead, pmo):
    pmo.save("product", "P-0001", due_baseline="July 2022")

    lead.save("product", "P-0001", view="draft", title="Another", due_baseline="August 2022")

    page = lead.open("product", "P-0001").content.decode()
    assert "July 2022" in page
    assert "August 2022" not in page


# --- Signed out ---------------------------------------------------------------------------------------------


def test_draft_is_there_after_signing_in_again(lead, book):
    lead.save("rating", "FIN/overall", view="draft", reason="Typed before")
    lead.client.logout()

    unkept = lead.client.post(place(book, "rating", "FIN/overall", "draft"), {"reason": "Typed after"}, headers=HX)
    assert unkept.status_code == 401
    assert "You have been signed out" in unkept.content.decode()
    assert "<form" not in unkept.content.decode()

    again = Client()
    again.force_login(lead.user)
    assert form_of(again.get(place(book, "rating", "FIN/overall")))["reason"] == "Typed before"


def test_moment_is_told_in_the_time_of_the_council(lead, book):
    """Half past eleven on the evening of 31 March in London is 22:30 by the world's clock."""
    lead.save("rating", "FIN/overall", view="draft", reason="Typed")
    Draft.objects.update(saved_at=dt.datetime(2026, 3, 31, 22, 30, tzinfo=dt.UTC))

    page = lead.open("rating", "FIN/overall").content.decode()

    assert "not saved on 31 March 2026 at 23:30" in page
