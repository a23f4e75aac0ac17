"""What is kept of a month when it closes: its report in two media, byte for byte."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.as_json import dump
from programmes.actions import close_period
from programmes.verification import Pending, verified
from reports import keeping, layout
from reports.models import KeptReport
from reports.pdf import PdfUnavailable
from reports.reading import Reading
from tests.roles import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(book):
    book.one_of_each()
    call_command("period", "close", "book", "2022-05")
    book.period.refresh_from_db()
    return book.period


def test_the_command_keeps_the_report_at_once(closed, book):
    kept = {row.medium: bytes(row.content) for row in KeptReport.objects.filter(period=closed)}

    assert kept.keys() == {"json", "pdf"}
    assert kept["json"] == dump(layout.build(Reading.of(book.programme, closed)))
    assert kept["pdf"].startswith(b"%PDF-1.7")
    assert list(verified()) == []


def test_a_report_still_to_be_kept_is_pending_and_no_fault(book, capsys):
    close_period(book.period)

    call_command("verify", "--format", "json")

    written = json.loads(capsys.readouterr().out)
    assert (written["verified"], [found["state"] for found in written["found"]]) == (True, ["pending", "pending"])


def test_what_cannot_be_made_now_is_kept_later(book, monkeypatch):
    def unavailable(*_args, **_kwargs):
        raise PdfUnavailable("no Pango here")

    period = close_period(book.period)
    with monkeypatch.context() as without_pango:
        without_pango.setattr("reports.paper.render", unavailable)
        keeping.keep(period)
    assert [type(each) for each in verified()] == [Pending]

    keeping.keep(period)

    assert list(verified()) == []


def test_what_is_kept_never_changes(closed):
    rows = KeptReport.objects.filter(period=closed)

    for change in (lambda: rows.update(sha256="0" * 64), rows.delete, lambda: rows.first().save()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_changed_file_is_told(closed):
    with unguarded():
        KeptReport.objects.filter(medium="json").update(content=b"{}")

    with pytest.raises(CommandError, match=r"The JSON of May 2022 is not the file that was kept\."):
        call_command("verify")


def test_each_edition_keeps_its_own(closed, book):
    call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
    call_command("period", "close", "book", "2022-05")

    kept = KeptReport.objects.filter(period__label="2022-05", medium="json").order_by("period__edition")
    assert [json.loads(bytes(row.content))["edition"] for row in kept] == [1, 2]


class TestTheClosingRecord:
    def test_is_in_the_report(self, book, monkeypatch):
        monkeypatch.setattr("programmes.closing.gates", [lambda _period: ["Two returns are missing."]])

        period = close_period(book.period, override="The committee meets tomorrow")

        assert layout.build(Reading.of(book.programme, period)).notes == (
            "May 2022 was closed all the same because: The committee meets tomorrow",
            "It was held back: Two returns are missing.",
        )

    def test_says_why_an_edition_was_opened(self, closed, book):
        call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")
        again = book.programme.periods.get(edition=2)

        report = layout.build(Reading.of(book.programme, again))

        assert report.notes == ("Edition 2 of May 2022 was opened because: A rating was mistyped",)
        assert report.standing.endswith("This month is still open: its figures can change. Edition 2.")
