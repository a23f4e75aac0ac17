"""The column that holds money: whole pence in the database, pounds in Python.

SQLite sums decimals as floats, and a sum of eight thousand of them is no longer right to the penny.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

if TYPE_CHECKING:
    Base = models.BigIntegerField[Decimal, Decimal]
else:
    Base = models.BigIntegerField

PENCE = 100


class MoneyField(Base):
    """Pounds as a Decimal to the penny."""

    description = "Pounds, kept as whole pence"

    def from_db_value(self, value: int | None, *_: object) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)

    def to_python(self, value: Any) -> Decimal | None:
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:
        """Whole pence. Raise ValidationError for parts of a penny, which would be lost without a word."""
        if value is None:
            return None
        pence = Decimal(value) * PENCE
        if pence != pence.to_integral_value():
            raise ValidationError(f"{value} has parts of a penny.")
        return int(pence)
