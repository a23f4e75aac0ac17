"""Refs for things that are added: the next number after the highest there is, as wide as that one is written."""

import re

from programmes.models import Milestone, Product, Programme

PREFIX = {Product: "P", Milestone: "M"}
FIRST = "0001"


def next_ref(programme: Programme, kind: type[Product | Milestone]) -> str:
    """P-0442 where P-0441 is the highest; P-0001 where there is none. Refs of another form are left out."""
    prefix = PREFIX[kind]
    refs = kind._default_manager.filter(programme=programme, ref__startswith=f"{prefix}-").values_list("ref", flat=True)
    numbers = [match[1] for ref in refs if (match := re.fullmatch(rf"{prefix}-([0-9]{{1,9}})", ref))]
    highest = max(numbers, key=int, default="")
    number = str(int(highest) + 1).zfill(len(highest)) if highest else FIRST
    return f"{prefix}-{number}"
