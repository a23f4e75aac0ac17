"""`{% address reading 'table' key code %}`: an address about the month being read.

It keeps edition and scope unless told others: `{% address reading 'scorecard' edition=2 %}`.
"""

from django import template

from reports.reading import Reading

register = template.Library()


@register.simple_tag
def address(reading: Reading, view: str, *args: str, **query: int | str) -> str:
    return reading.link(view, *args, **query)
