import pytest

from jobs import tasks
from jobs.models import Job
from tests.factories import person
from tests.jobs import kinds


@pytest.fixture(autouse=True)
def known_kinds():
    kinds.register_all()


@pytest.fixture
def log(tmp_path):
    """The file that work writes its lines into."""
    path = tmp_path / "log"
    path.touch()
    return path


@pytest.fixture
def ask(log):
    """Return a function that has a job enqueued."""

    def ask(kind, key="wanted", by=None, **arguments):
        return tasks.enqueue(
            kind=kind, key=key, arguments={"log": str(log), **arguments}, title=f"The {key} of {kind}", by=by
        )

    return ask


@pytest.fixture
def owner(db):
    return person()


def states():
    return dict(Job.objects.values_list("key", "state"))
