"""Narrative as it was written until months were plain text: CommonMark with tables, no HTML, then an allow-list."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# No images: a narrative that could fetch a picture could tell a stranger who reads it. Headings become paragraphs in
# bold, because a report's headings are its own.
TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "code",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
SCHEMES = {"http", "https", "mailto"}
MAX_NESTING = 20  # deeper quotes and lists than anyone writes; a layout engine recurses on each

# Nor what would make an author's words vanish or run together: "[Note]: late" is no definition of a link, and a
# paragraph that was pasted with its indent is no code.
LEFT_OUT = ["image", "reference", "code", "fence"]

_parser = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_NESTING}).enable("table").disable(LEFT_OUT)
_parser.add_render_rule("heading_open", lambda *_: "<p><strong>")
_parser.add_render_rule("heading_close", lambda *_: "</strong></p>\n")


def rendered(text: str) -> SafeString:
    """Return safe HTML of CommonMark text."""
    clean = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer",
    )
    return SafeString(clean)
