"""`{% block_html block %}`: a report block on a page or, with links=False, on paper."""

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.safestring import SafeString

from core import dates
from core.as_html import html
from core.blocks import Block
from core.plain_text import html as plain_html

register = template.Library()


@register.simple_tag
def block_html(block: Block, *, links: bool = True) -> SafeString:
    return html(block, links=links)


register.filter("plain_text", stringfilter(plain_html))
register.filter("long_date", dates.long_date)
register.filter("long_month", dates.long_month)
register.filter("short_month", dates.short_month)
