"""What a text that somebody types may hold."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

# Control characters and halves of a pair: no page shows them, PostgreSQL keeps no NUL, a workbook none of them.
UNKEEPABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

keepable = RegexValidator(
    UNKEEPABLE,
    "This holds a character that cannot be kept. Take out what was pasted last.",
    inverse_match=True,
)
on_one_line = RegexValidator(r"\n", "This holds the end of a line. Write it on one line.", inverse_match=True)

# What parts lines, and marks that turn the reading direction of whatever comes after them.
visible = RegexValidator(
    r"[\u2028-\u202e\u2066-\u2069]",
    "This holds a character that cannot be seen. Type it again instead of pasting it.",
    inverse_match=True,
)


def says_something(text: str) -> None:
    """Refuse what has neither a letter nor a digit in it."""
    if not any(char.isalnum() for char in text):
        raise ValidationError("Write this in words.")
