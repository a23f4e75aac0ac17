"""What is kept of a month when it closes: its report in two media, byte for byte."""

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models.signals import pre_save

from accounts import audit
from accounts.models import AuditEntry, AuditHead, User
from core.as_json import dump
from jobs.models import Job
from programmes.actions import close_period, open_period
from programmes.models import Period, Programme, SchemeVersion, WorkstreamPosition
from programmes.month import whole_month
from programmes.months import closing
from programmes.months.verification import Pending, verified
from reports import keeping, layouts
from reports.models import KeptReport
from reports.pdf import PdfUnavailable
from tests.factories import Book, person
from tests.roles import owner, unguarded
from tests.workers import wait_until, work_off

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]
IS_SQLITE = connection.vendor == "sqlite"
REPLACE = "INSERT OR REPLACE" if IS_SQLITE else "INSERT"


@pytest.fixture
def closed(book):
    book.milestone(book.product(book.erp))
    book.rating(book.finance, "overall", "A", reason="Late")
    book.narrative(book.root, "awareness", "Something to know")
    call_command("period", "close", "book", "2022-05")
    book.period.refresh_from_db()
    return book.period


def test_the_command_keeps_the_report_at_once(closed, book):
    kept = {row.medium: bytes(row.content) for row in KeptReport.objects.filter(period=closed)}

    assert kept.keys() == {"json", "pdf"}
    assert kept["json"] == dump(layouts.build(whole_month(closed)))
    assert kept["pdf"].startswith(b"%PDF-1.7")
    assert list(verified()) == []


def test_a_report_still_to_be_kept_is_pending_and_no_fault(book, capsys):
    close_period(book.period)

    call_command("verify", "--format", "json")

    written = json.loads(capsys.readouterr().out)
    assert (written["verified"], [found["state"] for found in written["found"]]) == (True, ["pending", "pending"])
    assert written["found"][0] == {
        "state": "pending",
        "subject": "book 2022-05 edition 1, JSON",
        "sentence": "The JSON of May 2022 is still to be kept. A worker does it, or: manage.py keep_reports",
    }


@pytest.fixture
def without_pango(monkeypatch):
    """PDFs cannot be made, until the test undoes it."""

    def unavailable(*_args, **_kwargs):
        raise PdfUnavailable("No Pango here.")

    monkeypatch.setattr("reports.printed.render", unavailable)
    return monkeypatch


def differing():
    return [each.sentence for each in verified() if not isinstance(each, Pending)]


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def pending():
    assert all(isinstance(each, Pending) for each in verified())
    return [each.subject for each in verified()]


def test_what_could_not_be_made_is_kept_later_by_a_command(book, without_pango, capsys):
    close_period(book.period)
    with pytest.raises(CommandError, match=r"1 of the reports could not be kept\."):
        call_command("keep_reports")
    assert "The report of May 2022 of The book programme is still to be kept. No Pango" in capsys.readouterr().err
    assert pending() == ["book 2022-05 edition 1, PDF"]

    without_pango.undo()
    for said in ("The report of May 2022 of The book programme is kept.\n", ""):
        call_command("keep_reports")
        assert capsys.readouterr().out == said
        assert pending() == []


class TestByAWorker:
    @transaction.atomic
    def close(self, book, by=None):
        """As a page does."""
        period = close_period(book.period, by=by)
        closing.keep_by_worker(period, by=by)
        return period

    def kept(self):
        return {row.medium: (row.pk, bytes(row.content)) for row in KeptReport.objects.all()}

    def test_it_is_kept_as_the_command_keeps_it(self, book):
        officer = person("pmo", book.root)
        period = self.close(book, by=officer)
        assert pending() == ["book 2022-05 edition 1, JSON", "book 2022-05 edition 1, PDF"]

        work_off()

        assert pending() == []
        assert self.kept()["json"][1] == dump(layouts.build(whole_month(period)))
        assert self.kept()["pdf"][1].startswith(b"%PDF-1.7")
        job = Job.objects.get()
        assert (job.owner, job.title, job.state) == (
            officer,
            "The report of May 2022 of The book programme, to be kept",
            "done",
        )

    def test_the_page_that_closes_a_month_has_it_kept(self, book, client):
        officer = person("pmo", book.root)
        client.force_login(officer)

        response = client.post("/programmes/book/2022-05/close/", {"override": "The committee meets tomorrow"})

        assert (response.status_code, response["Location"]) == (302, "/programmes/book/2022-05/")
        assert Job.objects.get().owner == officer
        work_off()
        assert pending() == []

    def test_its_page_leads_back_to_the_month_and_offers_no_file(self, book, client):
        officer = person("pmo", book.root)
        client.force_login(officer)
        self.close(book, by=officer)
        work_off()

        page = client.get(f"/jobs/{Job.objects.get().pk}/").content.decode()

        assert '<a href="/programmes/book/2022-05/">Back to the page it belongs to</a>' in page
        assert "Download" not in page
        assert client.get(f"/jobs/{Job.objects.get().pk}/file/").status_code == 404

    def test_a_closing_that_is_rolled_back_leaves_nothing_to_keep(self, book):
        with transaction.atomic():
            self.close(book)
            transaction.set_rollback(True)

        assert not Job.objects.exists()

    def test_twice_is_the_same_as_once(self, book):
        period = self.close(book)
        closing.keep_by_worker(period, by=None)
        assert Job.objects.count() == 1
        work_off()
        before = self.kept()

        closing.keep_by_worker(period, by=None)
        work_off()

        assert list(Job.objects.values_list("state", flat=True)) == ["done", "done"]
        assert self.kept() == before

    def test_a_command_that_was_faster_has_kept_the_same(self, book):
        closing.keep_at_once(self.close(book), by=None)
        before = self.kept()

        work_off()

        assert (Job.objects.get().state, self.kept(), pending()) == ("done", before, [])

    def test_what_cannot_be_made_is_said_and_stays_pending(self, book, without_pango):
        self.close(book)

        work_off()

        job = Job.objects.get()
        assert (job.state, job.error) == ("failed", "No Pango here.")
        assert pending() == ["book 2022-05 edition 1, PDF"]

    def test_each_edition_is_a_job_of_its_own(self, book):
        self.close(book)
        call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
        book.period = book.programme.periods.get(edition=2)
        self.close(book)
        assert set(Job.objects.values_list("key", flat=True)) == {"book/2022-05/1", "book/2022-05/2"}

        work_off()

        assert pending() == []

    @pytest.mark.django_db(transaction=True)
    def test_a_worker_killed_between_the_two_loses_neither(self, book, start_worker):
        self.close(book)
        worker = start_worker()
        wait_until(KeptReport.objects.exists)
        worker.kill()
        worker.wait()
        (before,) = KeptReport.objects.values()  # the JSON; the first PDF of a process takes a second and more

        start_worker()
        wait_until(lambda: Job.objects.get().state == "done")

        assert pending() == []
        assert KeptReport.objects.filter(medium="json").values().get() == before
        assert Job.objects.get().attempts == 2


@pytest.fixture(params=["our connection", "one by hand"] if IS_SQLITE else ["any connection"])
def asking(request, closed):
    """A connection that asks for recursive triggers, and one that does not."""
    if IS_SQLITE:
        connection.connection.execute(f"PRAGMA recursive_triggers = {request.param == 'our connection'}")
    yield
    if IS_SQLITE:
        connection.connection.execute("PRAGMA recursive_triggers = ON")


def test_what_is_kept_never_changes(closed, asking):
    rows = KeptReport.objects.filter(period=closed)
    names = "period_id, layout, medium, content, sha256, kept_at"

    before = list(rows.order_by("pk").values())
    for change in (
        lambda: rows.update(sha256="0" * 64),
        rows.delete,
        lambda: rows.first().save(),
        lambda: sql("UPDATE reports_keptreport SET content = ''"),
        lambda: sql("DELETE FROM reports_keptreport"),
        lambda: sql(f"{REPLACE} INTO reports_keptreport SELECT * FROM reports_keptreport"),
        lambda: sql(f"{REPLACE} INTO reports_keptreport ({names}) SELECT {names} FROM reports_keptreport"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert list(rows.order_by("pk").values()) == before


@pytest.mark.postgresql("SQLite has no TRUNCATE")
def test_what_is_kept_is_not_truncated(closed):
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # else it is refused for what the test itself has just written
    with owner(), pytest.raises(IntegrityError), transaction.atomic():
        sql("TRUNCATE reports_keptreport")


def test_a_closed_month_reads_as_it_was_kept_whatever_is_renamed_later(closed, book):
    kept = bytes(KeptReport.objects.get(period=closed, medium="json").content)
    document = book.scheme_version.document
    SchemeVersion.objects.create(programme=book.programme, number=2, document=document | {"return_tier": 1})
    Programme.objects.update(name="Another name", council="Another council")
    User.objects.update(name="Somebody else")
    june = open_period(book.programme, "2022-06")
    WorkstreamPosition.objects.of(june).update(name="Renamed", lead="Another")

    assert dump(layouts.build(whole_month(Period.objects.get(pk=closed.pk)))) == kept
    assert differing() == []


class TestTheAudit:
    """It has the hash of what was kept, which nobody changes along with the file."""

    def entries(self):
        kept = AuditEntry.objects.filter(what="report.keep").order_by("seq")
        return list(kept.values_list("subject", "subject_key", "after", "actor", "role", "programme"))

    def test_has_one_entry_for_each_file(self, closed):
        hashes = dict(KeptReport.objects.values_list("medium", "sha256"))
        by = ("command line", "", "book")

        call_command("keep_reports")

        assert self.entries() == [
            ("JSON of May 2022", f"{closed.pk}/scorecard/json", {"sha256": hashes["json"]}, *by),
            ("PDF of May 2022", f"{closed.pk}/scorecard/pdf", {"sha256": hashes["pdf"]}, *by),
        ]

    def test_names_whoever_had_a_worker_keep_it(self, book):
        closing.keep_by_worker(close_period(book.period), by=person("pmo", book.root, name="Ann Officer"))
        work_off()

        assert {entry[-3:] for entry in self.entries()} == {("Ann Officer", "PMO officer", "book")}

    def test_has_none_of_a_file_that_is_rolled_back_nor_is_a_file_kept_without(self, book, monkeypatch):
        close_period(book.period)
        monkeypatch.setattr(audit, "digest", lambda _: None)  # the column is never null
        with pytest.raises(IntegrityError, match=r"(?i)null"), transaction.atomic():
            call_command("keep_reports")

        assert (self.entries(), KeptReport.objects.count()) == ([], 0)

    @pytest.mark.django_db(transaction=True)
    def test_has_one_entry_however_many_keep_at_once(self, book, without_pango):
        close_period(book.period)
        both, tried = threading.Barrier(2), []

        def meet(**_):
            """Nobody writes before the other is there too, or cannot come: SQLite lets in one writer at a time."""
            tried.append(1)
            with suppress(threading.BrokenBarrierError):
                both.wait(timeout=1)

        def keep():
            try:
                return keeping.keep(Period.objects.select_related("programme", "scheme_version").get())
            finally:
                connection.close()

        pre_save.connect(meet, sender=KeptReport)
        try:
            with ThreadPoolExecutor(2) as pool:
                said = [each.result() for each in [pool.submit(keep), pool.submit(keep)]]
        finally:
            pre_save.disconnect(meet, sender=KeptReport)

        assert (said, len(tried)) == (["No Pango here."] * 2, 1 if IS_SQLITE else 2)
        assert [entry[0] for entry in self.entries()] == ["JSON of May 2022"]
        assert KeptReport.objects.get().medium == "json"
        assert audit.verify() == ""


def changed(with_hash):
    other = {"content": b"{}"} | ({"sha256": hashlib.sha256(b"{}").hexdigest()} if with_hash else {})
    KeptReport.objects.filter(medium="json").update(**other)


@pytest.mark.parametrize("with_hash", [False, True])
def test_a_changed_file_is_told(closed, with_hash):
    with unguarded():
        changed(with_hash)

    assert differing() == ["The JSON of May 2022 is not the file that was kept."]
    with pytest.raises(CommandError, match=r"The JSON of May 2022 is not the file that was kept\."):
        call_command("verify")


def test_a_deleted_file_is_told_until_the_very_same_is_kept_again(closed):
    with unguarded():
        KeptReport.objects.filter(medium="json").delete()
    assert differing() == ["The JSON of May 2022 was kept and is gone."]

    call_command("keep_reports")

    assert list(verified()) == []


def test_another_file_is_not_kept_in_place_of_a_deleted_one_unseen(closed):
    april = Book("elsewhere", label="2022-04").period
    with unguarded():
        KeptReport.objects.filter(medium="json").delete()
        Programme.objects.update(council="Another council")
        Period.objects.filter(pk=closed.pk).update(
            previous=april
        )  # what the digest does not hold and the report prints

    call_command("keep_reports")

    assert differing() == [
        "The month that May 2022 is set beside is not the one that the audit has.",
        "The JSON of May 2022 is not the file that was kept.",
    ]


@pytest.mark.parametrize(
    ("with_hash", "told"), [(False, ["The JSON of May 2022 is not the file that was kept."]), (True, [])]
)
def test_a_file_of_before_the_audit_had_its_hash_is_held_to_its_own(closed, with_hash, told):
    with unguarded():
        entries = AuditEntry.objects.filter(what="report.keep")
        head = AuditEntry.objects.get(seq=entries.earliest("seq").seq - 1)
        entries.delete()
        AuditHead.objects.update(seq=head.seq, hash=head.hash)
    assert list(verified()) == []

    with unguarded():
        changed(with_hash)

    assert differing() == told


def test_each_edition_keeps_its_own(closed, book):
    call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
    call_command("period", "close", "book", "2022-05")

    kept = KeptReport.objects.filter(period__label="2022-05", medium="json").order_by("period__edition")
    assert [json.loads(bytes(row.content))["edition"] for row in kept] == [1, 2]


class TestTheClosingRecord:
    def test_is_in_the_report(self, book, monkeypatch):
        monkeypatch.setattr("programmes.months.closing.gates", [lambda _period: ["Two returns are missing."]])

        period = close_period(book.period, override="The committee meets tomorrow")

        report = layouts.build(whole_month(period))
        assert (report.override, report.held_by) == ("The committee meets tomorrow", ("Two returns are missing.",))
        assert report.notes == (
            "May 2022 was closed all the same because: The committee meets tomorrow",
            "It was held back: Two returns are missing.",
        )

    @pytest.mark.parametrize("query", ["", "?workstream=FIN"])
    def test_is_on_the_page_of_every_workstream(self, client, book, monkeypatch, query):
        monkeypatch.setattr("programmes.months.closing.gates", [lambda _period: ["Two returns are missing."]])
        close_period(book.period, override="The committee meets <b>tomorrow</b>")
        client.force_login(person("councillor", book.root))

        html = client.get(f"/programmes/book/2022-05/{query}").content.decode()

        assert "May 2022 was closed all the same because: The committee meets &lt;b&gt;tomorrow&lt;/b&gt;" in html
        assert "<li>Two returns are missing.</li>" in html

    def test_is_no_note_where_nothing_held_the_month_back(self, client, book):
        close_period(book.period)
        client.force_login(person("councillor", book.root))

        assert "all the same" not in client.get("/programmes/book/2022-05/").content.decode()

    def test_says_why_an_edition_was_opened(self, closed, book):
        call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
        again = book.programme.periods.get(edition=2)

        report = layouts.build(whole_month(again))

        assert report.notes == ("Edition 2 of May 2022 was opened because: A rating was mistyped",)
        assert report.standing.endswith("This month is still open: its figures can change. Edition 2.")
