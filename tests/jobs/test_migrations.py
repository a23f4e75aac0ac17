"""Letters written before a letter could tell of several things are what they were, and still tell each thing once."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jobs import letters, tasks
from jobs.models import Letter
from tests.factories import person
from tests.roles import owner
from tests.workers import work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before():
    """The models as they were."""
    with owner():
        call_command("migrate", "jobs", "0003", verbosity=0)
        yield MigrationExecutor(connection).loader.project_state([("jobs", "0003_due_at")]).apps.get_model
        call_command("migrate", verbosity=0)


def test_what_was_told_is_not_told_again_and_what_waits_is_sent(before, mailoutbox):
    lead = person()
    old = {"to": lead.email, "recipient_id": lead.pk, "subject": "Sent back", "body": "Say why.", "about": "returns/1"}
    waits = before("jobs", "Letter").objects.create(**old, key="returns/1/step/1")
    before("jobs", "Letter").objects.create(**old, key="returns/1/step/2", state="failed", error="550 no")
    before("jobs", "Job").objects.create(kind="letter", key=waits.key, arguments={"letter": waits.pk})

    call_command("migrate", verbosity=0)

    assert letters.told(["returns/1/step/1", "returns/1/step/2"]) == {"returns/1/step/1"}
    assert [letter.state for letter in Letter.objects.about("returns/1")] == ["failed", "queued"]
    assert letters.settle() == 0, "its job goes by another key, and is known all the same"
    tasks.reap()  # the queue itself was left behind
    work_off()
    assert (len(mailoutbox), Letter.objects.get(pk=waits.pk).state) == (1, "sent")
