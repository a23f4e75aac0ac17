from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jobs import actions
from jobs.models import Heartbeat, Job, StoredFile
from tests.factories import person
from tests.workers import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def hold(tmp_path):
    return tmp_path / "not there, so slow work does not wait"


@pytest.fixture
def made(ask, owner, hold):
    """A job of the owner's that made a file."""
    job = ask("slow", by=owner, hold=str(hold))
    work_off()
    job.refresh_from_db()
    return job


def text(client, job, **headers):
    response = client.get(reverse("job", args=[job.pk]), headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


class TestPage:
    def test_says_how_far_it_is_and_asks_again_by_itself(self, signed_in, ask, owner):
        Heartbeat.objects.create(worker="w")
        job = ask("simple", by=owner)
        assert 'id="job-progress" ></progress>' in text(signed_in, job)  # how much there is to do is not known yet

        begun = actions.begin(pk=job.pk, ticket=str(job.ticket))
        Job.objects.held(str(begun.ticket)).update(done=1, total=3, message="laying out the pages")

        page = text(signed_in, job)
        assert '<label for="job-progress">Being made: laying out the pages</label>' in page
        assert 'max="3" value="1"' in page
        assert "1 of 3" in page
        assert "You can leave this page" in page
        assert 'hx-trigger="every 1s"' in page
        assert '<noscript> <meta http-equiv="refresh" content="2"> </noscript>' in page
        part = text(signed_in, job, **{"HX-Request": "true"})
        assert "<html" not in part
        assert 'hx-trigger="every 1s"' in part

    def test_leads_to_the_file_when_it_is_ready_and_asks_no_more(self, signed_in, made):
        page = text(signed_in, made)

        assert f'href="/jobs/{made.pk}/file/">Download slow.txt</a>' in page
        assert "hx-trigger" not in page
        assert "http-equiv" not in page
        assert 'href="/glossary/">Back to the page it belongs to</a>' in page

    def test_says_why_it_could_not_be_made(self, signed_in, ask, owner):
        job = ask("refused", by=owner)
        work_off()

        page = text(signed_in, job)

        assert "It could not be made" in page
        assert "There is nothing to make it from." in page
        assert "hx-trigger" not in page

    @pytest.mark.parametrize("seen", [None, 61])
    def test_says_when_nobody_works(self, signed_in, ask, owner, seen):
        if seen:
            Heartbeat.objects.create(worker="w", seen_at=timezone.now() - timedelta(seconds=seen))

        assert "the worker is not running" in text(signed_in, ask("simple", by=owner))

    def test_says_when_the_file_is_no_longer_kept(self, signed_in, made):
        StoredFile.objects.update(made_at=timezone.now() - timedelta(days=1, seconds=1))

        assert "It is no longer kept" in text(signed_in, made)
        assert signed_in.get(reverse("job_file", args=[made.pk])).status_code == 404

    def test_costs_the_same_few_queries(self, signed_in, ask, owner, django_assert_num_queries):
        job = ask("simple", by=owner)

        with django_assert_num_queries(4):  # session, person, job, heartbeat
            text(signed_in, job, **{"HX-Request": "true"})


class TestFile:
    def test_is_one_that_a_browser_saves_and_never_runs(self, signed_in, made):
        response = signed_in.get(reverse("job_file", args=[made.pk]))

        assert (response.status_code, response.content) == (200, b"slow")
        assert response["Content-Disposition"] == 'attachment; filename="slow.txt"'
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"

    def test_is_refused_to_an_owner_whose_right_has_ended(self, signed_in, made, log):
        log.with_suffix(".forbidden").touch()

        assert signed_in.get(reverse("job_file", args=[made.pk])).status_code == 403

    def test_is_not_there_when_this_version_does_not_know_its_kind(self, signed_in, made):
        Job.objects.update(kind="of a later version")

        assert "Ask for it again" in text(signed_in, made)
        assert signed_in.get(reverse("job_file", args=[made.pk])).status_code == 404

    def test_is_not_there_before_the_job_is_done(self, signed_in, ask, owner, hold):
        job = ask("slow", by=owner, hold=str(hold))
        actions.store_file(key="slow", name="slow.txt", content_type="text/plain", content=b"slow")

        assert signed_in.get(reverse("job_file", args=[job.pk])).status_code == 404


@pytest.mark.parametrize("address", ["job", "job_file"])
def test_a_job_of_somebody_elses_does_not_exist(client, made, address):
    client.force_login(person())

    assert client.get(reverse(address, args=[made.pk])).status_code == 404


@pytest.mark.parametrize("address", ["job", "job_file"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_of_a_job_only_read(signed_in, made, address, method):
    assert getattr(signed_in, method)(reverse(address, args=[made.pk])).status_code == 405
