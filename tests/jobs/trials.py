"""What the generic tests try of jobs and letters."""

import datetime as dt
from uuid import UUID

from jobs.models import Job, Letter, Matter
from tests.constraints import Rule, once, the

NOON = dt.datetime(2022, 8, 5, 12, tzinfo=dt.UTC)
DONE = {"state": "done", "finished_at": NOON}
RUNNING = {"state": "running", "ticket": UUID(int=1), "started_at": NOON, "heartbeat_at": NOON}


def for_rules(book, world):
    Job.objects.create(kind="report", key="A", title="A report")
    world.letter = Letter.objects.create(to="lead@council.example", subject="Due", body="Due today")
    Matter.objects.create(letter=world.letter, key="A")


ROW = {
    Job: {"kind": "report", "key": "B", "title": "A report"},
    Letter: {"to": "lead@council.example", "subject": "Due", "body": "Due today"},
    Matter: {"letter": the("letter"), "key": "B"},
}
RULES = [
    once("job_wanted_once", Job, {"key": "A"}, elsewhere=[{"key": "B"}, {"kind": "letter"}, DONE]),
    Rule("job_done_within_total", Job, [{"done": 1}], [{"done": 1, "total": 1}]),
    Rule("job_attempts_bounded", Job, [{"attempts": 4}], [{"attempts": 3}]),
    Rule(
        "job_state_has_its_moments",
        Job,
        [
            *({"state": state} for state in ("running", "done", "failed", "lost")),
            *(RUNNING | {name: None} for name in ("ticket", "started_at", "heartbeat_at")),
            {"error": "Broken"},
            DONE | {"state": "failed"},
        ],
        [RUNNING, DONE, DONE | {"state": "failed", "error": "Broken"}],
    ),
    Rule(
        "letter_state_has_its_moments",
        Letter,
        [{"state": "sent"}, {"state": "failed"}, {"error": "Refused"}, {"state": "lost"}],
        [{"state": "sending"}, {"state": "sent", "sent_at": NOON}, {"state": "failed", "error": "Refused"}],
    ),
    once("matter_told_once", Matter, {"key": "A"}, elsewhere=[{"key": "B"}, {"given_up": True}]),
]
