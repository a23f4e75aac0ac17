"""Refs for things that are added: the next number after the highest there is, as wide as that one is written."""

from django.db.models import BigIntegerField
from django.db.models.functions import Cast, Substr

from programmes.models import Identity, Programme

FIRST = "0001"
DIGITS = 15  # of a number that both databases can count with; a longer one is a ref of another form


def is_taken(programme: Programme, kind: type[Identity], ref: str) -> bool:
    """Whether anything has this ref, in whichever month: a proposed one may be taken, by the same save perhaps."""
    return kind._default_manager.filter(programme=programme, ref=ref).exists()


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
