"""Refs for things that are added: the next number after the highest there is, as wide as that one is written."""

from django.db.models import BigIntegerField
from django.db.models.functions import Cast, Substr

from programmes.models import Identity, Programme

FIRST = "0001"
DIGITS = 15  # of a number that both databases can count with; a longer one is a ref of another form


def taken_or(programme: Programme, kind: type[Identity], ref: str, following: str) -> str:
    """A ref that was proposed, where anything has it by now, in whichever month; the `following` one otherwise.

    Who adds a thing under a ref that is taken meets there what took it: the same save perhaps, sent twice. So
    `following` is to be looked for first. Looked for afterwards, it could be past a ref that was taken in between.
    """
    return ref if kind._default_manager.filter(programme=programme, ref=ref).exists() else following


def next_ref(programme: Programme, kind: type[Identity]) -> str:
    """P-0442 where P-0441 is the highest; P-0001 where there is none. Refs of another form are left out."""
    stem = f"{kind.prefix}-"
    numbered = kind._default_manager.filter(programme=programme, ref__regex=rf"^{stem}[0-9]{{1,{DIGITS}}}$")
    number = Cast(Substr("ref", len(stem) + 1), BigIntegerField())
    highest = numbered.order_by(number.desc(), "-ref").values_list("ref", flat=True).first()
    if highest is None:
        return stem + FIRST
    digits = highest.removeprefix(stem)
    return stem + str(int(digits) + 1).zfill(len(digits))
