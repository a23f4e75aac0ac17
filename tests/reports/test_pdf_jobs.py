"""A PDF is ordered, made by a worker and fetched; exactly the same one is not made twice."""

from importlib import metadata

import pytest
from django.urls import reverse

from jobs.models import Job, StoredFile
from programmes.models import Membership, Rating
from reports import printed
from reports.pdf import PdfUnavailable, fingerprint
from tests.factories import person
from tests.workers import work_off

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]

PDF = "/programmes/book/2022-05/scorecard.pdf"


@pytest.fixture
def director(book):
    book.rating(book.root, "overall", "A", reason="late")
    return person("director", book.root)


@pytest.fixture
def signed_in(client, director):
    client.force_login(director)
    return client


def ordered(client, address=PDF):
    """Ask for the PDF, and return its job."""
    response = client.get(address)
    assert response.status_code == 302
    job = Job.objects.latest("pk")
    assert response["Location"] == reverse("job", args=[job.pk])
    return job


def is_there(client, address=PDF):
    return client.get(address).status_code == 200


def test_it_is_a_job_and_then_a_file_that_a_browser_saves_and_never_runs(signed_in, director):
    job = ordered(signed_in)
    assert (job.owner, job.title) == (director, "The book programme: scorecard, May 2022 (PDF)")

    work_off()

    for address in (reverse("job_file", args=[job.pk]), PDF):
        response = signed_in.get(address)
        assert response.content.startswith(b"%PDF-1.7")
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"] == 'attachment; filename="book-2022-05-scorecard.pdf"'
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"
    assert Job.objects.count() == 1


def test_twenty_clicks_order_it_once(signed_in):
    assert len({ordered(signed_in).pk for _ in range(20)}) == 1


def test_looking_at_the_link_orders_nothing(signed_in):
    looked = signed_in.head(PDF)
    assert (looked.status_code, looked["Content-Type"], Job.objects.count()) == (200, "application/pdf", 0)

    ordered(signed_in)
    work_off()
    assert signed_in.head(PDF)["Content-Disposition"] == 'attachment; filename="book-2022-05-scorecard.pdf"'


def test_no_file_outlives_an_upgrade(signed_in, monkeypatch):
    first = ordered(signed_in)
    work_off()
    assert is_there(signed_in)

    version = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "999" if name == "weasyprint" else version(name))
    fingerprint.cache_clear()
    try:
        assert ordered(signed_in) != first
    finally:
        fingerprint.cache_clear()


def test_what_was_made_serves_others_who_may_read_the_same(signed_in, client, book):
    ordered(signed_in)
    work_off()

    client.force_login(person("pmo", book.root))

    assert is_there(client)


def test_somebody_elses_order_is_not_shown(signed_in, client, book):
    job = ordered(signed_in)

    client.force_login(person("pmo", book.root))

    assert ordered(client).pk != job.pk
    assert client.get(reverse("job", args=[job.pk])).status_code == 404


def test_a_changed_figure_is_another_pdf(signed_in, book):
    ordered(signed_in)
    work_off()
    assert is_there(signed_in)

    Rating.objects.filter(workstream=book.root).update(level="R")

    assert not is_there(signed_in)


def test_a_workstream_is_another_pdf(signed_in):
    ordered(signed_in)
    work_off()

    job = ordered(signed_in, f"{PDF}?workstream=FIN")
    work_off()

    assert StoredFile.objects.get(name="book-2022-05-fin-scorecard.pdf").key in job.key


def test_a_role_that_ended_ends_the_download(signed_in, director):
    job = ordered(signed_in)
    work_off()
    address = reverse("job_file", args=[job.pk])
    assert signed_in.get(address).status_code == 200

    Membership.objects.filter(user=director).delete()

    assert signed_in.get(address).status_code == 403
    assert signed_in.get(PDF).status_code == 404


def test_a_narrower_role_ends_the_download_of_the_whole(signed_in, director, book):
    job = ordered(signed_in)
    work_off()

    Membership.objects.filter(user=director).delete()
    Membership.objects.create(user=director, workstream=book.finance, role="lead")

    assert signed_in.get(reverse("job_file", args=[job.pk])).status_code == 403


def test_a_machine_that_cannot_make_it_says_why(signed_in, monkeypatch):
    def refuse(_report):
        raise PdfUnavailable("PDF export is off: this machine lacks the Pango text libraries.")

    monkeypatch.setattr(printed, "pdf", refuse)
    job = ordered(signed_in)
    work_off()

    page = signed_in.get(reverse("job", args=[job.pk])).content.decode()
    assert "It could not be made" in page
    assert "this machine lacks the Pango text libraries" in page


@pytest.mark.parametrize("gone", [{"edition": 9}, {"workstream": "NONE"}])
def test_what_is_gone_when_its_turn_comes_is_said(signed_in, gone):
    job = ordered(signed_in)
    Job.objects.update(arguments=job.arguments | gone)
    work_off()

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 1)
    assert "is not there any more" in job.error
