"""Where a page stands: the way to it, drawn by `components/crumbs.html`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crumb:
    label: str
    href: str = ""  # "" for the page itself
