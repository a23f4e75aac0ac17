"""Two people at one row: the second sees both texts, and nothing of either is lost."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from programmes.models import Narrative, Rating
from tests.programmes.rows.forms import action_of, form_of, place
from tests.programmes.rows.test_saving import SAVES

OTHER = {kind: {next(iter(typed)): "Theirs"} for kind, (_, typed, *_) in SAVES.items()}


def compared(response):
    return [tuple(each) for each in response.context["differences"]]


@pytest.mark.parametrize("kind", SAVES)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_second_sees_both_texts_and_may_save_over_the_first(clerk, kind, headers):
    key, typed, _, _, role = SAVES[kind]
    first, second = clerk(role), clerk(role)
    page = second.open(kind, key, **headers)
    first.save(kind, key, **OTHER[kind])
    entries = AuditEntry.objects.count()

    answer = second.send(page, headers=headers, **typed)

    (field,) = typed
    assert answer.status_code == 409
    entry, page = AuditEntry.objects.newest_first()[0], " ".join(answer.content.decode().split())
    assert f"<h2>{first.user.name} saved this while you were writing</h2>" in page
    at = timezone.localtime(entry.at)
    assert f"It was saved on {at.day} {at:%B %Y} at {at:%H:%M}. Your text is kept below." in page
    assert "Save mine over theirs" in answer.content.decode()
    assert form_of(answer)[field] == typed[field]
    ((_, mine, theirs),) = compared(answer)
    assert (mine, theirs) == (typed[field], "Theirs")
    assert AuditEntry.objects.count() == entries

    assert second.send(answer, headers=headers).status_code == (200 if headers else 302)
    assert form_of(first.open(kind, key))[field] == typed[field]
    assert AuditEntry.objects.newest_first()[0].before == {field: "Theirs"}


def test_third_who_saves_meanwhile_is_a_conflict_again(clerk, lead, book):
    page = lead.open("rating", "FIN/overall")
    clerk("pmo").save("rating", "FIN/overall", reason="Theirs")
    conflict = lead.send(page, reason="Mine")
    clerk("pmo").save("rating", "FIN/overall", reason="A third")

    again = lead.send(conflict)

    assert again.status_code == 409
    assert compared(again) == [("Reason", "Mine", "A third")]
    assert Rating.objects.get(period=book.period).reason == "A third"


def test_row_that_was_saved_many_times_is_saved_over_like_any_other(clerk, lead, book):
    page = lead.open("rating", "FIN/overall")
    Rating.objects.filter(period=book.period).update(version=127, reason="Theirs")

    conflict = lead.send(page, reason="Mine")

    assert form_of(conflict)["seen"] == "127"
    assert lead.send(conflict).status_code == 302


def test_only_what_differs_is_compared_and_by_its_words(clerk, lead, book):
    page = lead.open("narrative", "FIN/next_month/new")
    lead.send(page, text="One\r\ntwo", on="1 July 2022", dimensions=["overall"])
    page = lead.open("narrative", "FIN/next_month/1")
    clerk("pmo").save("narrative", "FIN/next_month/1", dimensions=["overall", "schedule"], area="Education", level="2")

    answer = lead.send(page, on="1/7/2022", area="", level="1")

    assert compared(answer) == [
        ("Where it stands", "Of its own", "Under the one before it"),
        ("Bears on", "Overall", "Overall, Schedule"),
        ("Area", "nothing", "Education"),
    ]


def test_same_words_written_by_two_are_no_conflict(clerk, lead, book):
    page = lead.open("rating", "FIN/overall")
    clerk("pmo").save("rating", "FIN/overall", reason="The same", level="R")

    assert lead.send(page, reason="The same", level="R").status_code == 302
    assert Rating.objects.get(period=book.period).version == 2


def test_what_is_not_valid_is_told_first_and_then_the_conflict(clerk, lead):
    page = lead.open("rating", "FIN/overall")
    clerk("pmo").save("rating", "FIN/overall", reason="Theirs")

    wrong = lead.send(page, green_by="soon", reason="Mine")

    assert wrong.status_code == 422
    assert lead.send(wrong, green_by="").status_code == 409


# --- Taken away meanwhile -----------------------------------------------------------------------------------


def take_away(someone, key):
    address = place(someone.book, "narrative", key, "remove")
    assert someone.client.post(address, form_of(someone.client.get(address))).status_code == 302


def entries(book):
    return list(Narrative.objects.of(book.period).filter(kind="ask").order_by("seq").values_list("seq", "text"))


def test_text_of_an_entry_that_was_taken_away_is_kept_and_can_be_put_back(clerk, lead, book):
    page = lead.open("narrative", "FIN/ask/1")
    take_away(clerk("pmo"), "FIN/ask/1")

    answer = lead.send(page, text="Mine")

    assert answer.status_code == 409
    assert "Somebody else took this away while you were writing" in answer.content.decode()
    assert form_of(answer)["text"] == "Mine"
    assert entries(book) == []
    assert lead.send(answer).status_code == 302
    assert entries(book) == [(1, "Mine")]


def test_nothing_is_lost_where_those_before_it_went_too(clerk, lead, book):
    lead.save("narrative", "FIN/ask/new", text="Second")
    lead.save("narrative", "FIN/ask/new", text="Third")
    page = lead.open("narrative", "FIN/ask/3")
    for key in ("FIN/ask/3", "FIN/ask/2"):
        take_away(clerk("pmo"), key)

    answer = lead.send(page, text="Mine")

    assert answer.status_code == 409
    assert action_of(answer) == place(book, "narrative", "FIN/ask/2")
    lead.send(answer)
    assert entries(book) == [(1, "Agree the plan."), (2, "Mine")]


@pytest.mark.parametrize("acts", ["row", "remove"])
def test_another_entry_under_the_same_number_is_not_taken_for_it(clerk, lead, book, acts):
    """Taken away and added again, it begins at the same version; but it is not what the lead has read."""
    page = lead.open("narrative", "FIN/ask/1")
    asking = lead.client.get(place(book, "narrative", "FIN/ask/1", "remove"))
    pmo = clerk("pmo")
    take_away(pmo, "FIN/ask/1")
    pmo.save("narrative", "FIN/ask/new", text="Another")

    if acts == "row":
        answer = lead.send(page, text="Mine")
        assert compared(answer) == [("Ask", "Mine", "Another")]
    else:
        answer = lead.client.post(place(book, "narrative", "FIN/ask/1", "remove"), form_of(asking))
    assert answer.status_code == 409
    assert entries(book) == [(1, "Another")]


def test_rating_given_again_is_not_the_one_that_was_read(clerk, lead, book):
    page = lead.open("rating", "FIN/overall")
    pmo = clerk("pmo")
    address = place(book, "rating", "FIN/overall", "remove")
    pmo.client.post(address, form_of(pmo.client.get(address)))
    pmo.save("rating", "FIN/overall", level="R", reason="Given again")

    assert lead.send(page, reason="Mine").status_code == 409


# --- Adding -------------------------------------------------------------------------------------------------


def test_two_who_begin_at_the_same_number_are_both_kept(clerk, lead, book):
    page = lead.open("narrative", "FIN/ask/new")
    clerk("pmo").save("narrative", "FIN/ask/new", text="Theirs")

    assert lead.send(page, text="Mine").status_code == 302
    assert entries(book) == [(1, "Agree the plan."), (2, "Theirs"), (3, "Mine")]


@pytest.mark.parametrize("seen", ["", "x", "1.5", "1e3", "-1", "9" * 5000, None])
def test_form_that_does_not_say_what_it_was_begun_from_is_sent_back(lead, book, seen):
    answer = lead.save("rating", "FIN/overall", reason="Mine", seen=seen)

    assert answer.status_code == 422
    assert "<li>This form: " in " ".join(answer.content.decode().split()).replace("<li> ", "<li>")
    assert Rating.objects.get(period=book.period).version == 1


def test_row_named_for_another_is_a_conflict(lead, pmo, book):
    """T29: the address says which row it is; a key in the body that names another one changes neither."""
    other = book.rating(book.people, "overall", "R", reason="Of people")

    answer = lead.save("rating", "FIN/overall", reason="Mine", of=other.pk)

    assert answer.status_code == 409
    assert "Of people" not in answer.content.decode()
    assert set(Rating.objects.filter(period=book.period).values_list("reason", "version")) == {
        *(("Of people", 1), ("Two posts are empty", 1)),
    }
