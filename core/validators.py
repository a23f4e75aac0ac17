"""What a line that somebody types may hold."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

# Control characters, halves of a pair, and marks that turn the reading direction of whatever comes after them. Not NUL:
# a form field refuses that by itself.
UNSEEN = r"[\x01-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"

visible = RegexValidator(
    UNSEEN, "This holds a character that cannot be seen. Type it again instead of pasting it.", inverse_match=True
)


def says_something(text: str) -> None:
    """Refuse what has neither a letter nor a digit in it."""
    if not any(char.isalnum() for char in text):
        raise ValidationError("Write this in words.")
