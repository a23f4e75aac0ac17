"""What the generic tests try of deadlines, returns and challenges."""

import datetime as dt

from accounts.roles import Permission
from returns.models import ChallengeStep, Deadline, ReturnStep
from tests.constraints import Rule, once, the

KEYS = {"deadline": ("returns",) * 2}
TAKES = {"deadline": {Permission.RUN_MONTHS}}
OF_ALL = {"deadline"}
TRIED_BY_ITS_OWN = {"deadline"}  # a day and no text: tests/returns/test_months.py


def one_of_each(book):
    Deadline.objects.create(period=book.period, due_on=book.period.as_at)
    said = {"period": book.period, "workstream": book.root, "actor": "Somebody"}
    ReturnStep.objects.create(**said, seq=1, step="accepted")
    for seq, step in enumerate(("asked", "settled"), 1):
        ChallengeStep.objects.create(**said, number=1, seq=seq, step=step, text="Why?")


def for_rules(book, world):
    Deadline.objects.create(period=world.may, due_on="2022-06-07")
    said = {"period": world.june, "workstream": world.a, "seq": 1, "actor": "Somebody"}
    ReturnStep.objects.create(**said, step="submitted")
    ChallengeStep.objects.create(**said, number=1, step="asked", text="Why?")


SAID = {"period": the("june"), "workstream": the("a"), "actor": "Somebody"}
ROW = {
    Deadline: {"period": the("june"), "due_on": dt.date(2022, 7, 7)},
    ReturnStep: SAID | {"seq": 2, "step": "submitted"},
    ChallengeStep: SAID | {"number": 2, "seq": 1, "step": "asked", "text": "Why?"},
}
ANSWERED, SETTLED = {"seq": 2, "step": "answered"}, {"seq": 2, "step": "settled"}
ELSEWHERE = [{"workstream": the("root")}, {"period": the("may")}]
RULES = [
    once("deadline_once", Deadline, {"period": the("may")}, elsewhere=[{"period": the("june")}]),
    once("return_step_once", ReturnStep, {"seq": 1}, elsewhere=[{"seq": 2}, *ELSEWHERE]),
    Rule(
        "return_step_known",
        ReturnStep,
        [{"step": "lost"}],
        [{"step": step, "reason": "Say more"} for step in ReturnStep.Step.values],
    ),
    Rule("sent_back_for_a_reason", ReturnStep, [{"step": "sent_back"}], [{"step": "sent_back", "reason": "Say more"}]),
    once(
        "challenge_step_once",
        ChallengeStep,
        {"number": 1},
        elsewhere=[{"number": 2}, ANSWERED, *ELSEWHERE],
    ),
    Rule("challenge_step_known", ChallengeStep, [{"seq": 2, "step": "lost"}], [{"step": "asked"}, ANSWERED, SETTLED]),
    Rule("challenge_says_something", ChallengeStep, [{"text": ""}], [{"text": ""} | SETTLED]),
    Rule("challenge_begins_asked", ChallengeStep, [{"seq": 2}, {"step": "answered"}], [{"step": "asked"}, ANSWERED]),
]
