"""The states a return can be in, and which step leads to which."""

from enum import StrEnum

from returns.models import ReturnStep

Step = ReturnStep.Step


class State(StrEnum):
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
        return self in {State.NOT_STARTED, State.STARTED, State.SENT_BACK}

    @property
    def is_with_reviewers(self) -> bool:
        return self in {State.SUBMITTED, State.PASSED_ON}


AFTER = {
    Step.SUBMITTED: State.SUBMITTED,
    Step.WITHDRAWN: State.STARTED,
    Step.PASSED_ON: State.PASSED_ON,
    Step.SENT_BACK: State.SENT_BACK,
    Step.ACCEPTED: State.ACCEPTED,
}
