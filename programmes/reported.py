"""Which models are reported about and in periods, of every app, always in one fixed order.

They are found by subclass, so that what higher apps report is copied, frozen and digested without being imported here.
"""

from typing import Any

from django.apps import apps

from programmes.models import InPeriod, Position
from programmes.models.programme import Identity


def in_period_models() -> list[type[InPeriod]]:
    """Every kind of row reported in a period."""
    return _subclasses(InPeriod)


def position_models() -> list[type[Position]]:
    """Those that are copied forward."""
    return _subclasses(Position)


def identity_models() -> list[type[Identity]]:
    """What they are reported about."""
    return _subclasses(Identity)


def _subclasses(ability: Any) -> list[Any]:
    found = (model for model in apps.get_models() if issubclass(model, ability))
    return sorted(found, key=lambda model: model._meta.label)
