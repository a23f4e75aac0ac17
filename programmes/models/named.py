"""What a row is called: in addresses, in the audit and in sentences."""

from django.db.models import Model

from programmes.models.identity import Identity
from programmes.models.period import Position


def kind_of(row: Model | type[Model]) -> str:
    """The word for what a row, or a kind of row, is about: product, from ProductPosition."""
    return str(row._meta.model_name).removesuffix("position")


def word(model: type[Model]) -> str:
    """What a kind of row is about, in words: product, section note."""
    return str(model._meta.verbose_name).removesuffix(" position")


def thing_of(row: Position) -> Identity:
    """The identity that a position is about."""
    (name,) = row.natural_key
    found: Identity = getattr(row, name)
    return found


def ref(row: Position) -> str:
    return thing_of(row).ref


def address(row: Position) -> str:
    """A row among those of its month: product/P-0001."""
    return f"{kind_of(row)}/{ref(row)}"


def named(row: Position) -> str:
    """In a sentence: Product “Chart of accounts” (P-0001)."""
    return f"{word(type(row)).capitalize()} “{row}” ({ref(row)})"
