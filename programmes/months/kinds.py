"""Which kinds of rows a month holds that a scheme does not have: products, where a programme reports none."""

from collections.abc import Iterator

from core.words import how_many, some_of
from programmes.models import Period, Position
from programmes.models.named import word
from programmes.months.codes import natural_keys
from programmes.months.reported import in_period_models
from programmes.scheme import Scheme


def unknown_kinds(period: Period, scheme: Scheme, *, carried: bool = False) -> Iterator[str]:
    """Live rows of each kind that this scheme, its own or another, does not have: "2 products (P-0001, P-0002)".

    `carried`: of those alone that the next month would take over.
    """
    for model in in_period_models():
        is_position = issubclass(model, Position)
        if model.is_kept(scheme) or (carried and not is_position):
            continue
        live = {"withdrawn": False} if is_position else {}
        if names := natural_keys(model, model._default_manager.filter(period=period, **live)):
            yield f"{how_many(len(names), word(model))} ({some_of(names)})"
