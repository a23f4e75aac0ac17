"""The states a return can be in, and which step leads to which."""

from enum import StrEnum

from returns.models import ReturnStep

Step = ReturnStep.Step


class ReturnState(StrEnum):
    """Where a return stands. It is not stored: its last step tells it (`AFTER`), and without one what was reported."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    SENT_BACK = "sent_back"
    SUBMITTED = "submitted"
    PASSED_ON = "passed_on"
    ACCEPTED = "accepted"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def is_open(self) -> bool:
        """Whether its lead still works on it."""
        return self in {ReturnState.NOT_STARTED, ReturnState.STARTED, ReturnState.SENT_BACK}

    @property
    def is_with_reviewers(self) -> bool:
        return self in {ReturnState.SUBMITTED, ReturnState.PASSED_ON}


AFTER = {
    Step.SUBMITTED: ReturnState.SUBMITTED,
    Step.WITHDRAWN: ReturnState.STARTED,
    Step.PASSED_ON: ReturnState.PASSED_ON,
    Step.SENT_BACK: ReturnState.SENT_BACK,
    Step.ACCEPTED: ReturnState.ACCEPTED,
}


def after(last: ReturnStep | None) -> ReturnState:
    """Where a return stands by what was done with it last; begun, for all that was recorded, where nothing was."""
    return AFTER[Step(last.step)] if last else ReturnState.STARTED
