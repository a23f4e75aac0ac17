"""Changes to a programme's months and to what is reported in them. Each is atomic and ends with its audit entry."""

from core.refusal import Refused
from programmes.actions.locking import Stale
from programmes.actions.months import close_period, open_period, reopen_period
from programmes.actions.reasons import REASON_LENGTH, checked_reason
from programmes.actions.rows import NEW, remove_row
from programmes.actions.schemes import add_scheme

__all__ = [
    "NEW",
    "REASON_LENGTH",
    "Refused",
    "Stale",
    "add_scheme",
    "checked_reason",
    "close_period",
    "open_period",
    "remove_row",
    "reopen_period",
]
