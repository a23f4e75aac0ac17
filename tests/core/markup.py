"""HTML as a tree, so that a test says what a page is made of and not how it is spelt."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "img", "input", "rect", "hr", "meta", "link"}
INLINE = {"a", "b", "code", "em", "span", "small", "strong", "sup"}


@dataclass
class Element:
    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is read out, with each run of white space and each edge of a block as one blank."""
        return " ".join(self._raw().split())

    def _raw(self) -> str:
        words = "".join(child if isinstance(child, str) else child._raw() for child in self.children)
        return words if self.tag in INLINE else f" {words} "

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str) -> list["Element"]:
        return [element for element in self.walk() if element.tag == tag]

    def one(self, tag: str) -> "Element":
        (found,) = self.all(tag)
        return found

    def hrefs(self) -> list[str]:
        return [element.attrs["href"] for element in self.walk() if "href" in element.attrs]

    def skeleton(self) -> tuple:
        """Return tags and names of attributes without any text: what a hostile text must not be able to change."""
        inner = tuple(child.skeleton() for child in self.children if isinstance(child, Element))
        return (self.tag, tuple(sorted(self.attrs)), inner)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> says something twice"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.open[-1].children.append(data)


def tree(html: str) -> Element:
    """Parse HTML whose every tag is closed in order; anything else fails the test."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert len(builder.open) == 1, f"<{builder.open[-1].tag}> is never closed"
    return builder.open[0]
