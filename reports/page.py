"""A report on a page: long tables show their first rows, and the rest on demand."""

from typing import NamedTuple

from core.blocks import Block, Report, Section, Table
from reports.reading import Reading

NARROW = 5  # columns
ROWS = 50  # of a table's body; more would be a page to download, not to read


class Shown(NamedTuple):
    """A block as the page shows it."""

    block: Block
    table: Table | None  # the whole table, for its downloads
    whole: str  # where the rest of a shortened table is, else ""

    @property
    def place(self) -> str:
        """The id of the block on the page."""
        return f"block-{self.block.key}"


class Part(NamedTuple):
    """A section as the page shows it."""

    section: Section
    blocks: list[Shown]

    @property
    def is_narrow(self) -> bool:
        """Whether it can stand beside another: it has tables, and few columns in each."""
        tables = [shown.table for shown in self.blocks if shown.table]
        return bool(tables) and all(len(table.columns) <= NARROW for table in tables)


def on_page(reading: Reading, report: Report) -> list[Part]:
    return [Part(section, [shown(reading, block) for block in section.blocks]) for section in report.sections]


def shown(reading: Reading, block: Block, *, limit: int = ROWS) -> Shown:
    if not isinstance(block, Table) or block.is_empty:
        return Shown(block, None, "")
    if block.size <= limit:
        return Shown(block, block, "")
    return Shown(block.first(limit), block, reading.link("whole_table", block.key))
