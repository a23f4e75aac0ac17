"""`{% address month 'table' key code %}`: an address about the month being read.

It keeps edition and scope unless told others: `{% address month 'scorecard' edition=2 %}`.
"""

from django import template

from programmes.month import Month

register = template.Library()


@register.simple_tag
def address(month: Month, view: str, *args: str, **query: int | str) -> str:
    return month.link(view, *args, **query)
