"""Who changed what in a programme: written with each change, narrowed on a page, taken away as a file."""

import csv
import datetime as dt
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit
from accounts.actions import admit
from accounts.models import AuditEntry
from programmes.actions import Refused, close_period, open_period, reopen_period
from programmes.months.record import record
from reports.audit_words import in_words, steps
from tests.factories import Book, founder, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pmo(client, book):
    """A PMO officer of the whole programme, signed in."""
    officer = person("pmo", book.root, name="Ann Officer")
    client.force_login(officer)
    return officer


def write(what="period.close", subject="June 2022", *, by=None, **more):
    with transaction.atomic():
        return audit.record(what=what, subject=subject, subject_key=1, programme="book", by=by, **more)


def page(client, name="history", *more, **asked):
    return client.get(reverse(name, args=["book", *more]), asked)


def listed(client, **asked):
    """The subjects on the page, in order."""
    response = page(client, **asked)
    assert response.status_code == 200
    return [row.cells["subject"].value for _, row in response.context["table"].lines()]


# --- One entry a change -------------------------------------------------------------------------------------


def test_each_change_of_a_month_writes_one_entry(book, pmo):
    closed = close_period(book.period, by=pmo)
    opened = open_period(book.programme, "2022-06", by=pmo)
    again = reopen_period(closed, reason="A figure was wrong.", by=pmo)
    rows = AuditEntry.objects.order_by("seq").filter(seq__gt=1)  # the first opened the book
    kept = ("actor", "role", "programme", "what", "subject", "subject_key", "before", "after", "reason")

    assert list(rows.values_list(*kept)) == [
        (
            *("Ann Officer", "PMO officer", "book", "period.close", "May 2022", str(closed.pk)),
            *({"state": "open"}, {"state": "closed", "digest": closed.digest, "held_by": [], **record(closed)}, ""),
        ),
        (
            *("Ann Officer", "PMO officer", "book", "period.open", "June 2022", str(opened.pk)),
            *(None, {"state": "open"}, ""),
        ),
        (
            *("Ann Officer", "PMO officer", "book", "period.reopen", "May 2022, edition 2", str(again.pk)),
            *(None, {"state": "open"}, "A figure was wrong."),
        ),
    ]
    assert audit.verify() == ""


def test_change_that_is_refused_writes_none(book):
    book.product(book.root, status="?")
    before = AuditEntry.objects.count()
    for change in (
        lambda: close_period(book.period),
        lambda: open_period(book.programme, "2022-06"),
        lambda: reopen_period(book.period, reason="A figure was wrong."),
    ):
        with pytest.raises(Refused):
            change()
    assert AuditEntry.objects.count() == before


def test_month_whose_entry_cannot_be_written_stays_open(book, monkeypatch):
    monkeypatch.setattr(audit, "digest", lambda _: None)  # the column is never null
    with pytest.raises(IntegrityError, match=r"(?i)null"), transaction.atomic():
        close_period(book.period)
    book.period.refresh_from_db()
    assert book.period.is_open


@pytest.mark.pdf
def test_command_writes_in_the_name_it_is_given(book, pmo, capsys):
    book.close()
    call_command("period", "open", "book", "2022-06", "--as", pmo.email.upper())
    call_command("period", "reopen", "book", "2022-05", "--reason", "A figure was wrong.", "--as", pmo.email)
    call_command("period", "close", "book", "2022-06", "--as", pmo.email)

    rows = AuditEntry.objects.filter(seq__gt=1).order_by("seq").values_list("what", "actor_key", "actor", "role")
    assert list(rows) == [
        ("period.close", None, "command line", ""),
        ("period.open", pmo.pk, "Ann Officer", "PMO officer"),
        ("period.reopen", pmo.pk, "Ann Officer", "PMO officer"),
        ("period.close", pmo.pk, "Ann Officer", "PMO officer"),
        ("report.keep", pmo.pk, "Ann Officer", "PMO officer"),  # as JSON
        ("report.keep", pmo.pk, "Ann Officer", "PMO officer"),  # as PDF
    ]


def test_command_refuses_a_name_it_does_not_know(book, pmo):
    pmo.is_active = False
    pmo.save()
    for email in ("nobody@council.example", pmo.email):
        with pytest.raises(CommandError, match=f"^Nobody signs in as “{email}”.$"):
            call_command("period", "close", "book", "2022-05", "--as", email)
    book.period.refresh_from_db()
    assert book.period.is_open


# --- The page -----------------------------------------------------------------------------------------------


def test_page_says_who_did_what_newest_first(client, book, pmo, monkeypatch):
    moment = dt.datetime(2022, 6, 30, 23, 30, tzinfo=dt.UTC)  # after midnight in London
    monkeypatch.setattr(audit.timezone, "now", lambda: moment)
    write(by=pmo, role="PMO officer", reason="<b>Late</b>", before={"state": "open"}, after={"state": "closed"})

    response = page(client)
    newest, first = (row.cells for _, row in response.context["table"].lines())
    assert {key: cell.value for key, cell in newest.items() if key != "values"} == {
        "at": "1 July 2022, 00:30:00",
        "actor": "Ann Officer",
        "role": "PMO officer",
        "what": "Month closed",
        "subject": "June 2022",
        "reason": "<b>Late</b>",
    }
    assert [part.text for part in newest["values"].parts] == ["state: open → closed"]
    assert first["subject"].value == "May 2022"
    assert "&lt;b&gt;Late&lt;/b&gt;" in response.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (None, None, []),
        (None, {"state": "open"}, ["state: open"]),
        ({"b": 1, "a": "x", "same": 1}, {"a": None, "b": 2, "same": 1}, ["a: x → not stated", "b: 1 → 2"]),
        ({"a": ["x", 1], "b": {"FIN": "Finance"}}, {}, ["a: x, 1 → gone", "b: FIN: Finance → gone"]),
        ({"a": []}, {"a": ["x"]}, ["a: none → x"]),
        ({"withdrawn": False}, {"withdrawn": True}, ["withdrawn: no → yes"]),
        (
            None,
            {"deadline": "2022-07-01", "first_month": "2022-06"},
            ["deadline: 1 July 2022", "first month: June 2022"],
        ),
        (
            {"forecast_latest": None},
            {"forecast_latest": "2022-07-01"},
            ["forecast, last day: not stated → 1 July 2022"],
        ),
        (
            None,
            {"closed_at": "2022-07-01T09:30:00.000000+00:00", "previous": None},
            ["closed at: 1 July 2022, 10:30:00", "set beside: not stated"],
        ),
        (None, {"status_text": "2022-7-1 or 20220701"}, ["note on the status: 2022-7-1 or 20220701"]),
        (None, {"title": "20220701"}, ["title: 20220701"]),
        ({"state": "open"}, {"state": "closed", "held_by": []}, ["held back by: none", "state: open → closed"]),
        ({"a": 1}, None, ["a: 1 → gone"]),
        ("old", "new", ["old → new"]),
        (None, "new", ["not stated → new"]),
    ],
)
def test_step_is_told_in_words(before, after, said):
    assert steps(before, after) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("return.remind", "Return asked for again by e-mail"),
        ("return.passed_on", "Return passed on"),
        ("milestone.change", "Milestone changed"),
        ("sectionnote.remove", "Caveat taken away"),
        ("person.invite_again", "Person invited again"),
        ("person.make", "Person added"),
        ("person.admit", "Person let in"),
        ("programme.found", "Programme set up"),
        ("report.keep", "Report kept"),
        ("period.seal", "Month sealed at an upgrade"),
        ("thing.unheard_of", "Thing unheard of"),
    ],
)
def test_change_is_named_in_words(code, said):
    assert in_words(code) == said


def test_other_programmes_changes_are_not_shown(client, book, pmo):
    other = Book("other", label="2022-01")
    other.close()

    assert listed(client) == ["May 2022"]


def test_page_holds_fifty(client, book, pmo):
    for n in range(50):
        write(subject=f"Change {n}")

    assert listed(client)[:2] == ["Change 49", "Change 48"]
    assert len(listed(client)) == 50
    assert listed(client, page=2) == ["May 2022"]
    assert 'href="?person=&amp;page=2"' in page(client, person="").content.decode()


def test_role_in_a_part_alone_does_not_read_the_whole_history(client, book):
    client.force_login(person("pmo", book.finance))

    assert page(client).status_code == 403
    assert page(client, "history_file", "csv").status_code == 403


@pytest.mark.parametrize(("role", "shown"), [("pmo", True), ("lead", False), ("finance", False)])
def test_scorecard_links_to_it_for_those_who_may(client, book, role, shown):
    client.force_login(person(role, book.root))
    scorecard = client.get(reverse("scorecard", args=["book", "2022-05"])).content.decode()

    assert (f'href="{reverse("history", args=["book"])}"' in scorecard) == shown


def test_scorecard_of_a_part_does_not_link_to_it(client, book):
    client.force_login(person("director", book.finance))
    scorecard = client.get(reverse("scorecard", args=["book", "2022-05"])).content.decode()

    assert reverse("history", args=["book"]) not in scorecard


# --- Narrowed -----------------------------------------------------------------------------------------------


@pytest.fixture
def several(book, pmo, monkeypatch):
    """Changes on either side of midnight in London, on days of their own; May was opened today."""
    other = person(name="Bob Director")
    for subject, at, by, what in (
        ("June 2022", dt.datetime(2022, 6, 30, 22, 59, tzinfo=dt.UTC), pmo, "period.close"),
        ("July 2022", dt.datetime(2022, 6, 30, 23, 0, tzinfo=dt.UTC), other, "period.close"),
        ("P-1 100% done", dt.datetime(2022, 7, 31, 22, 59, tzinfo=dt.UTC), None, "product.change"),
    ):
        monkeypatch.setattr(audit.timezone, "now", lambda at=at: at)
        write(what, subject, by=by)
    monkeypatch.undo()
    return {"pmo": pmo.pk, "other": other.pk}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"person": "pmo"}, ["June 2022"]),
        ({"person": "other"}, ["July 2022"]),
        ({"person": "none"}, ["P-1 100% done", "May 2022"]),
        ({"what": "period.close"}, ["July 2022", "June 2022"]),
        ({"q": "jUL"}, ["July 2022"]),
        ({"q": "%"}, ["P-1 100% done"]),
        ({"q": "nothing so"}, []),
        ({"until": "30 June 2022"}, ["June 2022"]),
        ({"since": "2022-07-01", "until": "July 2022"}, ["P-1 100% done", "July 2022"]),
        ({"since": "1/8/2022"}, ["May 2022"]),
        ({"what": "period.close", "person": "none"}, []),
    ],
)
def test_history_is_narrowed(client, several, asked, found):
    asked = {key: several.get(value, value) for key, value in asked.items()}

    assert listed(client, **asked) == found
    rows = json.loads(page(client, "history_file", "json", **asked).content)["entries"]
    assert [row["subject"] for row in rows] == found


def test_letters_are_one_whatever_their_case(client, book, pmo):
    """On both databases: SQLite by itself folds A to Z alone, and PostgreSQL no ß."""
    for subject in ("Éire liaison", "Straße gesperrt"):
        write(subject=subject)

    for words in ("éire", "ÉIRE"):
        assert listed(client, q=words) == ["Éire liaison"]
        (row,) = json.loads(page(client, "history_file", "json", q=words).content)["entries"]
        assert row["subject"] == "Éire liaison"
    assert listed(client, q="STRASSE") == ["Straße gesperrt"]


def test_page_of_words_holds_fifty_of_those_that_have_them(client, book, pmo, django_assert_num_queries):
    for n in range(60):
        write(subject=f"{'Éire' if n % 6 else 'Other'} {n}")
        write(subject=f"ÉIRE {n}", what="product.change")

    with django_assert_num_queries(7):
        first = listed(client, q="éire")
    assert (len(first), first[:3]) == (50, ["ÉIRE 59", "Éire 59", "ÉIRE 58"])
    assert len(listed(client, q="éire", page=2)) == 50
    assert listed(client, q="éire", page=3)[-1] == "ÉIRE 0"
    assert "110 changes" in page(client, q="éire").content.decode()
    assert len(listed(client, q="éire", what="product.change", page=2)) == 10


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"person": "999999"}, "Select a valid choice"),
        ({"person": "1 OR 1=1"}, "Select a valid choice"),
        ({"what": "period.never"}, "Select a valid choice"),
        ({"since": "31/02/2022"}, "“31/02/2022” is not a date."),
        ({"since": "July 2022", "until": "June 2022"}, "This is before the day the list begins with."),
    ],
)
def test_filter_that_cannot_be_read_says_why(client, several, asked, sentence):
    response = page(client, **asked)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert "<table" not in response.content.decode()
    assert page(client, "history_file", "csv", **asked).status_code == 404


def test_choices_are_the_people_and_changes_there_were(client, several):
    fields = page(client).context["form"].fields

    assert [label for _, label in fields["person"].choices] == ["Anyone", "Ann Officer", "Bob Director", "command line"]
    assert fields["what"].choices == [
        ("", "Any"),
        ("period.close", "Month closed"),
        ("period.open", "Month opened"),
        ("product.change", "Product changed"),
    ]


def test_person_of_two_names_is_one_choice_by_the_last(client, book, pmo):
    write(by=pmo)
    pmo.name = "Ann Director"
    write(by=pmo)

    assert (str(pmo.pk), "Ann Director") in page(client).context["form"].fields["person"].choices
    assert len(listed(client, person=pmo.pk)) == 2
    assert "Ann Officer" in page(client).content.decode()


# --- Files --------------------------------------------------------------------------------------------------


def test_csv_has_every_entry_and_runs_nowhere(client, book, pmo):
    entry = write(subject="=HYPERLINK(1)", by=pmo, before={"a": 1}, after={"a": 2})
    for n in range(50):
        write(subject=f"Change {n}")
    response = page(client, "history_file", "csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    (row,) = (row for row in rows if row["Seq"] == str(entry.seq))

    assert response["Content-Disposition"] == 'attachment; filename="book-history.csv"'
    assert len(rows) == 52
    assert row == {
        "When": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "Who": "Ann Officer",
        "As": "",
        "Change": "Month closed",
        "Of": "'=HYPERLINK(1)",
        "From and to": "a: 1 → 2",
        "Reason": "",
        "Seq": str(entry.seq),
        "Request id": "",
        "Hash": entry.hash,
    }


def test_json_has_what_the_hash_was_taken_of(client, book, pmo):
    write(by=pmo, before={"b": "é", "a": None})
    response = page(client, "history_file", "json")
    found = json.loads(response.content)

    assert response["Content-Type"] == "application/json"
    assert [row["seq"] for row in found["entries"]] == [2, 1]
    for row in found["entries"]:
        hashed = row.pop("hash")
        entry = AuditEntry(**row | {"at": dt.datetime.fromisoformat(row["at"])})
        assert audit.digest(entry) == hashed


def test_file_of_another_kind_does_not_exist(client, book, pmo):
    assert page(client, "history_file", "pdf").status_code == 404


def test_page_tells_its_files_what_it_was_narrowed_to(client, several):
    text = page(client, q="June", page="1").content.decode()

    assert f'{reverse("history_file", args=["book", "csv"])}?q=June"' in text


# --- Outside programmes -------------------------------------------------------------------------------------


@pytest.fixture
def outside(client, book):
    """Bob is let in, is given the right to set up programmes and loses it; in a programme a month is closed."""
    for right in (None, True, False):
        bob, _ = admit(email="bob@council.example", name="Bob Éire", sets_up_programmes=right)
    write(subject="Canary", by=bob)
    client.force_login(founder(name="Ann Founder"))


def outside_of(client, name="history_outside", *more, **asked):
    return client.get(reverse(name, args=more), asked)


def test_who_may_set_up_programmes_has_a_history_too(client, outside):
    response = outside_of(client)
    rows = [row.cells for _, row in response.context["table"].lines()]

    assert [(row["what"].value, row["subject"].value, [part.text for part in row["values"].parts]) for row in rows] == [
        ("Person let in", "Bob Éire", ["sets up programmes: yes → no"]),
        ("Person let in", "Bob Éire", ["sets up programmes: no → yes"]),
        ("Person added", "Bob Éire", ["sets up programmes: no"]),
    ]
    assert "<h1>History outside programmes</h1>" in response.content.decode()


def test_nothing_of_a_programme_stands_in_it(client, outside):
    pages = [outside_of(client), *(outside_of(client, "history_outside_file", code) for code in ("csv", "json"))]

    assert not any(b"Canary" in page.content or b"May 2022" in page.content for page in pages)
    labels = [label for _, label in pages[0].context["form"].fields["person"].choices]
    assert labels == ["Anyone", "command line"]


def test_it_is_narrowed_and_taken_away_in_the_same_way(client, outside):
    assert outside_of(client, q="ÉIRE", what="person.admit").context["page"].paginator.count == 2
    assert outside_of(client, q="nobody").context["page"].paginator.count == 0
    assert outside_of(client, person="x").status_code == 422
    response = outside_of(client, "history_outside_file", "json", what="person.make")
    found = json.loads(response.content)

    assert response["Content-Disposition"] == 'attachment; filename="outside-programmes-history.json"'
    assert (found["programme"], [row["what"] for row in found["entries"]]) == ("", ["person.make"])
    assert f'{reverse("history_outside_file", args=["csv"])}?q=Bob"' in outside_of(client, q="Bob").content.decode()


def test_portfolio_links_to_it_for_those_who_may(client, outside, book):
    link = f'href="{reverse("history_outside")}"'
    assert link in client.get(reverse("portfolio")).content.decode()
    client.force_login(person("pmo", book.root))
    assert link not in client.get(reverse("portfolio")).content.decode()


def test_history_of_a_programme_holds_none_of_it(client, outside, book):
    client.force_login(person("pmo", book.root))
    assert listed(client) == ["Canary", "May 2022"]
