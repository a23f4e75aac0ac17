"""Which models are reported about and in periods, of every app, always in one fixed order.

They are found by subclass, so that what higher apps report is copied, frozen and digested without being imported here.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from programmes.models import Detail, Identity, InPeriod, Position, Versioned


def in_period_models() -> list[type[InPeriod]]:
    """Every kind of row reported in a period."""
    return _subclasses(InPeriod)


def position_models() -> list[type[Position]]:
    """Those that are copied forward."""
    return _subclasses(Position)


def detail_models() -> list[type[Detail]]:
    """Those that are copied forward with a position."""
    return _subclasses(Detail)


def identity_models() -> list[type[Identity]]:
    """What they are reported about."""
    return _subclasses(Identity)


def own_field(identity: type[Identity]) -> Any:
    """The foreign key by which a position says that it is about such an identity; its `model` is that position's."""
    meta: Any = identity._meta  # the abstract class alone has no positions
    return meta.get_field("positions").remote_field


def references(identity: type[Identity]) -> Iterator[tuple[type[Versioned], str]]:
    """Every other field that names such an identity, with its model; a parent comes first, as what stands highest.

    What was said (`AppendOnly`) is left out: it stays as it was said, whatever is moved or withdrawn after it.
    """
    own = own_field(identity)
    models = [model for model in in_period_models() if issubclass(model, Versioned)]
    for model in sorted(models, key=lambda model: model is not own.model):
        for field in model._meta.concrete_fields:
            if field.related_model is identity and field is not own:
                yield model, field.name


def _subclasses(ability: Any) -> list[Any]:
    found = (model for model in apps.get_models() if issubclass(model, ability))
    return sorted(found, key=lambda model: model._meta.label)
