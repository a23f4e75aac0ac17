"""`{% address reading 'table' key code %}`: an address about the month being read, which keeps edition and scope."""

from django import template

from reports.reading import Reading

register = template.Library()


@register.simple_tag
def address(reading: Reading, view: str, *args: str) -> str:
    return reading.link(view, *args)
