"""Why something was done, where that has to be said: by a page or at the command line."""

from django.core.exceptions import ValidationError

from core.refusal import Refused
from core.validators import keepable
from core.words import printed

REASON_LENGTH = 10  # characters that are seen: fewer say nothing
WITHDRAWN = "it is withdrawn"


def says_why(text: str) -> bool:
    """Whether a text is long enough to be a reason."""
    return len(printed(text)) >= REASON_LENGTH


def checked_reason(text: str, why: str) -> str:
    """The reason to be kept. Raise Refused where it says nothing; `why` ends the sentence: as `WITHDRAWN` does."""
    if not says_why(text):
        raise Refused(f"Say in at least {REASON_LENGTH} characters why {why}.")
    try:
        keepable(text)
    except ValidationError as error:
        raise Refused(str(error.message)) from error
    return text.strip()
