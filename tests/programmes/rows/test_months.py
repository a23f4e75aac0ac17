"""What the month decides: a closed one takes nothing more, and its last day is the last that it can know."""

import datetime as dt
import threading
import time

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AuditEntry
from programmes.actions import close_period
from programmes.models import Draft, MilestonePosition, Rating
from programmes.months.verification import Differs, verified
from programmes.views import rows
from tests.factories import Book, amend, everything, person
from tests.programmes.rows.forms import Clerk, form_of, place, problems
from tests.programmes.rows.test_saving import SAVES

HX = {"HX-Request": "true"}
SENTENCE = "June 2022 is closed, so nothing in it can change."


@pytest.mark.dealt
@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
@pytest.mark.parametrize("role", ["lead", "pmo", "director", "councillor"])
def test_every_page_of_a_closed_month_says_so(clerk, book, headers, role):
    someone = clerk(role)
    book.close()
    before, entries = everything(), AuditEntry.objects.count()

    for kind, (changed, typed, added, _, _) in SAVES.items():
        for key in (changed, added):
            for view in ("row", "draft", "remove"):
                address = place(book, kind, key, view)
                posted = someone.client.post(address, {"seen": "1"} | typed, headers=headers)
                answers = [posted] if view == "draft" else [posted, someone.client.get(address, headers=headers)]
                for answer in answers:
                    assert answer.status_code == 409
                    assert SENTENCE in answer.content.decode()
    assert everything() == before
    assert AuditEntry.objects.count() == entries


def test_closed_month_says_nothing_to_an_outsider(clerk, book):
    book.close()
    outsider = Clerk(Client(), book, person())

    assert outsider.open("rating", "FIN/overall").status_code == 404


def test_month_that_is_not_there_has_no_page(pmo):
    assert pmo.client.get("/programmes/book/2031-01/rows/rating/FIN/overall/").status_code == 404
    assert pmo.client.get("/programmes/book/2022-13/rows/rating/FIN/overall/").status_code == 404


def test_month_without_workstreams_says_so(client, db):
    book = Book("empty")
    pmo = person("pmo", book.root)
    book.root.positions.update(withdrawn=True)
    client.force_login(pmo)

    answer = client.get(place(book, "note", "products"))

    assert answer.status_code == 409
    assert "May 2022 holds no workstream yet." in answer.content.decode()


def test_open_edition_of_a_closed_month_is_the_one_that_changes(clerk, book):
    pmo = clerk("pmo")
    book.close()
    again = amend(book.period, closed=False)
    position = book.root.positions.get(period=book.period)
    position.pk, position.period = None, again
    position.save(force_insert=True)

    assert pmo.save("note", "products", caveat="Corrected").status_code == 302

    entry = AuditEntry.objects.newest_first()[0]
    assert entry.subject == "Caveat of “Product delivery”, June 2022, edition 2"
    assert entry.after == {"caveat": "Corrected", "as_at": None}


# --- Closing while somebody saves ---------------------------------------------------------------------------


def closing_first(book, act, state):
    """What the view does next once it has read the open month, with the closing before it."""

    def late(*args, **kwargs):
        close_period(book.period)
        state.update(everything=everything(), entries=AuditEntry.objects.count())
        return act(*args, **kwargs)

    return late


@pytest.mark.parametrize("kind", SAVES)
@pytest.mark.parametrize("headers", [{}, HX], ids=["page", "fragment"])
@pytest.mark.parametrize("adds", [False, True], ids=["change", "add"])
def test_save_that_finds_its_month_closed_in_flight_changes_nothing(clerk, book, kind, headers, adds, monkeypatch):
    changed, typed, added, more, role = SAVES[kind]
    key, typed = (added, more) if adds else (changed, typed)
    someone = clerk(role)
    page = someone.open(kind, key)
    state = {}
    monkeypatch.setattr(rows, "_save", closing_first(book, rows._save, state))

    answer = someone.send(page, headers=headers, **typed)

    assert answer.status_code == 409
    assert "June 2022 has been closed meanwhile, so nothing in it can change." in answer.content.decode()
    assert state == {"everything": everything(), "entries": AuditEntry.objects.count()}


def test_taking_away_from_a_month_closed_in_flight_changes_nothing(clerk, book, monkeypatch):
    pmo = clerk("pmo")
    address = place(book, "narrative", "FIN/ask/1", "remove")
    asking = pmo.client.get(address)
    state = {}
    monkeypatch.setattr(rows, "remove_row", closing_first(book, rows.remove_row, state))

    answer = pmo.client.post(address, form_of(asking))

    assert answer.status_code == 409
    assert "has been closed meanwhile" in answer.content.decode()
    assert state == {"everything": everything(), "entries": AuditEntry.objects.count()}


@pytest.mark.django_db(transaction=True)
def test_saves_that_race_the_closing_are_wholly_in_the_month_or_refused():
    """T56, with the pages themselves: what the month holds afterwards is what it was closed with."""
    for n in range(3):
        book = Book(f"book-{n}")
        row = book.rating(book.root, "overall", "A", reason="Save 0")
        people = [person("pmo", book.root) for _ in range(3)]
        start, ended = threading.Barrier(4), []

        def save(user, book=book, row=row, start=start, ended=ended):
            client, address = Client(), place(book, "rating", "ROOT/overall")
            client.force_login(user)
            connection.close()
            start.wait(timeout=60)
            for number in range(40):
                version = Rating.objects.get(pk=row.pk).version
                said = {"of": row.pk, "seen": version, "level": "A", "reason": f"{user} {number}"}
                answer = client.post(address, said, headers=HX)
                connection.close()
                ended.append((answer.status_code, b"closed" in answer.content))
                if b"closed" in answer.content:
                    return

        def closing(book=book, start=start):
            start.wait(timeout=60)
            close_period(book.period)
            connection.close()

        threads = [threading.Thread(target=save, args=[user]) for user in people] + [threading.Thread(target=closing)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)

        accepted = sum(status == 200 for status, _ in ended)
        assert Rating.objects.get(pk=row.pk).version - 1 == accepted
        assert AuditEntry.objects.filter(what="rating.change", programme=book.programme.slug).count() == accepted
        assert {status for status, _ in ended} <= {200, 409}
        assert [each.sentence for each in verified() if isinstance(each, Differs)] == []


# --- Days ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "last", "after"),
    [
        ("2024-02", "29 February 2024", "1 March 2024"),  # a leap day
        ("2023-02", "28/2/2023", "1/3/2023"),
        ("2026-03", "31 March 2026", "1 April 2026"),  # the clocks go forward on the 29th; the financial year ends
        ("2026-10", "31 October 2026", "1 November 2026"),  # the clocks go back on the 25th
        ("2022-04", "2022-04-30", "2022-05-01"),
        ("2022-12", "31.12.2022", "01.01.2023"),
    ],
)
def test_last_day_of_the_month_is_the_last_it_can_know(client, db, label, last, after):
    """The as-at date decides, and not the day it is today, here or where the server stands."""
    book = Book("book", label=label)
    book.milestone(book.root, "M-0001")
    lead = Clerk(client, book, person("lead", book.root))

    late = lead.save("milestone", "M-0001", status="delivered", delivered_on=after)
    assert "the day this month describes." in problems(late)["delivered_on"][0]
    assert lead.save("milestone", "M-0001", status="delivered", delivered_on=last).status_code == 302
    assert MilestonePosition.objects.get().delivered_on == book.period.as_at


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_server_elsewhere_decides_the_same(clerk, book, zone, monkeypatch):
    """T59: the process may run in any zone; days and hours are the council's."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        lead = clerk("lead", book.finance)
        late = lead.save("milestone", "M-0001", status="delivered", delivered_on="1 July 2022")
        assert problems(late) == {"delivered_on": ["This is after 30 June 2022, the day this month describes."]}
        assert lead.save("milestone", "M-0001", status="delivered", delivered_on="30 June 2022").status_code == 302
        lead.save("rating", "FIN/overall", view="draft", reason="Typed")
        Draft.objects.update(saved_at=dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC))
        assert "not saved on 25 October 2026 at 01:30" in lead.open("rating", "FIN/overall").content.decode()
        Draft.objects.update(saved_at=dt.datetime(2026, 3, 28, 23, 30, tzinfo=dt.UTC))
        assert "not saved on 28 March 2026 at 23:30" in lead.open("rating", "FIN/overall").content.decode()
    finally:
        monkeypatch.undo()
        time.tzset()
