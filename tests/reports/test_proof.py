"""Paper vouches for the database: what a report prints of the audit finds what was forged with its own proof."""

import hashlib
import io
import json

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from accounts import audit
from accounts.models import AuditEntry, AuditHead
from core.as_json import dump
from jobs.models import Letter
from programmes.actions import open_period
from programmes.models import Period, Rating
from programmes.month import whole_month
from programmes.months.digest import digest, take
from programmes.months.verification import Differs, verified
from reports import layouts, printed
from reports.formats import FORMATS
from reports.models import KeptReport
from tests.factories import person
from tests.programmes.rows.forms import form_of
from tests.reports.pdf.reading import texts
from tests.roles import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def may(book):
    book.rating(book.finance, "overall", "A", reason="Late")
    return book.close()


def proof(period):
    return layouts.build(whole_month(period)).proof


def differing(*heads):
    return [each.sentence for each in verified(heads) if isinstance(each, Differs)]


# --- What is printed ----------------------------------------------------------------------------------------


def test_a_closed_month_prints_the_entry_of_its_closing_and_its_digest(may, book):
    closing = AuditEntry.objects.get(what="period.close")
    open_period(book.programme, "2022-06")

    found = proof(may)

    assert (found.entry, found.hash, found.digest) == (closing.seq, closing.hash, may.digest)


def test_an_open_month_prints_the_newest_entry_that_wrote_into_it_and_none_of_another(may, book):
    june = open_period(book.programme, "2022-06")
    opening = AuditEntry.objects.latest("seq")
    call_command("period", "reopen", "book", "2022-05", "--reason", "A rating was mistyped")

    found = proof(june)

    assert opening.what == "period.open"
    assert (found.entry, found.hash, found.digest) == (opening.seq, opening.hash, "")


def test_a_row_that_is_saved_is_the_newest_entry(client, book):
    before = proof(book.period)
    client.force_login(person("lead", book.finance))

    address = "/programmes/book/2022-05/rows/narrative/FIN/ask/new/"
    client.post(address, form_of(client.get(address)) | {"text": "Agree the budget."})

    entry = AuditEntry.objects.latest("seq")
    assert entry.what == "narrative.add"
    assert (before.entry, proof(book.period).head) == (entry.seq - 1, entry.head)


@pytest.mark.parametrize("query", ["", "?workstream=FIN"])
def test_it_stands_at_the_foot_of_the_page_and_in_every_file_of_the_report(client, may, book, query):
    client.force_login(person("director", book.root))
    found = proof(may)

    page = client.get(f"/programmes/book/2022-05/{query}").content.decode()
    made = client.get(f"/programmes/book/2022-05/scorecard.json{query}").json()
    workbook = client.get(f"/programmes/book/2022-05/scorecard.xlsx{query}").content

    assert all(f"<p>{sentence}</p>" in page for sentence in found.sentences)
    assert made["proof"] == {"entry": found.entry, "hash": found.hash, "digest": may.digest}
    sheet = load_workbook(io.BytesIO(workbook)).worksheets[0]
    assert [row[1].value for row in sheet.iter_rows() if row[0].value == "Proof"] == list(found.sentences)
    assert all(sentence in printed.document(layouts.build(whole_month(may))) for sentence in found.sentences)


@pytest.mark.pdf
def test_it_stands_in_the_pdf(may):
    with pikepdf.open(io.BytesIO(FORMATS["pdf"].write(layouts.build(whole_month(may))))) as pdf:
        text = "".join("".join(texts(pdf).values()).split())

    assert all("".join(sentence.split()) in text for sentence in proof(may).sentences)


def test_whoever_makes_returns_has_it_in_the_letter_about_the_closing(client, book):
    lead = person("lead", book.finance)
    client.force_login(person("pmo", book.root, name="Ann Officer"))

    client.post("/programmes/book/2022-05/close/", {"override": "The committee meets tomorrow"})

    (letter,) = Letter.objects.filter(to=lead.email)
    assert letter.subject == "The book programme: May 2022 is closed"
    assert letter.body.startswith("Ann Officer has closed May 2022 of The book programme. It will never change.")
    assert "\n".join(proof(Period.objects.get()).sentences) in letter.body


# --- What it finds ------------------------------------------------------------------------------------------


def test_an_audit_cut_since_the_last_closing_is_found_by_a_printed_head(may, book):
    head = proof(open_period(book.programme, "2022-06")).head
    closing = AuditEntry.objects.get(what="period.close")
    assert differing(head) == []

    with unguarded():
        AuditEntry.objects.filter(seq__gt=closing.seq).delete()
        AuditHead.objects.update(seq=closing.seq, hash=closing.hash)

    assert differing() == []
    assert differing(head) == [
        f"Entry {closing.seq + 1} of the audit, which the report that prints {head} recorded, is missing."
    ]


def forge(period):
    """Change a rating of a closed month, and make digest, chain and kept report anew, as the database's owner could."""
    Rating.objects.of(period).update(level="G", reason="")
    period.refresh_from_db()
    period.digested = take(period)
    period.digest = digest(period, period.digested)
    closing = AuditEntry.objects.get(what="period.close", subject_key=period.pk)
    closing.after["digest"] = period.digest
    closing.hash = audit.digest(closing)
    period.audit_head = closing.head
    period.save()
    content = dump(layouts.build(whole_month(period)))
    sha256 = hashlib.sha256(content).hexdigest()
    KeptReport.objects.filter(medium="json").update(content=content, sha256=sha256)
    previous = closing.previous
    for entry in [closing, *AuditEntry.objects.filter(seq__gt=closing.seq).order_by("seq")]:
        if entry.what == "report.keep" and entry.subject_key.endswith("json"):
            entry.after = {"sha256": sha256}
        entry.previous = previous
        entry.hash = previous = audit.digest(entry)
        entry.save()
    AuditHead.objects.update(hash=previous)


@pytest.mark.pdf
def test_a_month_forged_with_digest_chain_and_kept_report_is_found_by_a_printed_head(book, capsys):
    book.rating(book.finance, "overall", "A", reason="Late")
    call_command("period", "close", "book", "2022-05")
    period = Period.objects.get()
    found = proof(period)
    call_command("verify", "--head", found.head)

    with unguarded():
        forge(period)

    call_command("verify")
    capsys.readouterr()
    sentence = f"Entry {found.entry} of the audit is not the one that the report that prints {found.head} recorded."
    with pytest.raises(CommandError, match=sentence):
        call_command("verify", "--head", found.head, "--format", "json")
    written = json.loads(capsys.readouterr().out)
    assert (written["verified"], [each["sentence"] for each in written["found"]]) == (False, [sentence])


def test_of_several_heads_the_first_entry_that_differs_is_named(may, book):
    heads = [proof(may).head, proof(open_period(book.programme, "2022-06")).head]
    number, _, hashed = heads[1].partition(":")
    forged = f"{number}:{hashed[::-1]}"

    assert differing(*heads) == []
    assert differing(forged, heads[0]) == [
        f"Entry {number} of the audit is not the one that the report that prints {forged} recorded."
    ]


@pytest.mark.parametrize("head", ["", "12", "12:3fa0", f"0:{'a' * 64}", f"12:{'A' * 64}", f"{'9' * 30}:{'a' * 64}"])
def test_what_is_no_head_is_refused_with_a_sentence(head):
    with pytest.raises(CommandError, match=r"is no NUMBER:HASH\. Write it as the report prints it"):
        call_command("verify", "--head", head)
