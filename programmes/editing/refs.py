"""Refs for things that are added: the next number after the highest there is, as wide as that one is written."""

import re

from programmes.models import Milestone, Product, Programme, Workstream

PREFIX = {Product: "P", Milestone: "M"}
FIRST = "0001"


def is_taken(programme: Programme, kind: type[Product | Milestone | Workstream], ref: str) -> bool:
    """Whether anything has this ref, in whichever month: a proposed one may be taken, by the same save perhaps."""
    return kind._default_manager.filter(programme=programme, ref=ref).exists()


def next_ref(programme: Programme, kind: type[Product | Milestone]) -> str:
    """P-0442 where P-0441 is the highest; P-0001 where there is none. Refs of another form are left out."""
    prefix = PREFIX[kind]
    refs = kind._default_manager.filter(programme=programme, ref__startswith=f"{prefix}-").values_list("ref", flat=True)
    numbers = [match[1] for ref in refs if (match := re.fullmatch(rf"{prefix}-([0-9]+)", ref))]
    highest = max(numbers, key=int, default="")
    number = str(int(highest) + 1).zfill(len(highest)) if highest else FIRST
    return f"{prefix}-{number}"
