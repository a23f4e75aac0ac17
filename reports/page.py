"""A report on a page: long tables show their first rows, the rest on demand, and narrow sections stand two and two."""

from typing import NamedTuple

from core.blocks import Block, Report, Section, Table
from programmes.month import Month

COLUMNS = 5  # of a table that has half the width of the page
LETTERS = 36  # that the heads of its figures cannot do without: the longest word of each
ROWS = 50  # of a table's body; more would be a page to download, not to read


class PageBlock(NamedTuple):
    """A block as the page shows it."""

    block: Block
    table: Table | None  # the whole table, for its downloads
    whole: str  # where the rest of a shortened table is, else ""

    @property
    def place(self) -> str:
        """The id of the block on the page."""
        return f"block-{self.block.key}"


class PageSection(NamedTuple):
    """A section as the page shows it."""

    section: Section
    blocks: list[PageBlock]
    is_narrow: bool = False  # it stands beside another

    @property
    def fits_half(self) -> bool:
        """Whether it could: it has tables, each of few columns with short heads."""
        tables = [each.table for each in self.blocks if each.table]
        return bool(tables) and all(map(_fits_half, tables))


def on_page(month: Month, report: Report) -> list[PageSection]:
    """The sections that have anything to show. One that has no neighbour to stand beside has the whole width."""
    out: list[PageSection] = []
    for section in filter(lambda section: section.blocks, report.sections):
        placed = PageSection(section, [page_block(month, block) for block in section.blocks])
        is_second = bool(out) and out[-1].fits_half and not out[-1].is_narrow and placed.fits_half
        if is_second:
            out[-1] = out[-1]._replace(is_narrow=True)
        out.append(placed._replace(is_narrow=is_second))
    return out


def _fits_half(table: Table) -> bool:
    words = (max(map(len, column.label.split()), default=0) for column in table.columns if not column.is_header)
    return len(table.columns) <= COLUMNS and sum(words) <= LETTERS


def page_block(month: Month, block: Block, *, limit: int = ROWS) -> PageBlock:
    """A block as the page shows it: of a table with more rows than the limit the first, and where the rest is."""
    if not isinstance(block, Table) or block.is_empty:
        return PageBlock(block, None, "")
    if block.size <= limit:
        return PageBlock(block, block, "")
    return PageBlock(block.first(limit), block, month.link("whole_table", block.key))
