import pytest

from programmes.month import whole_month
from reports import layouts
from tests.factories import Book
from tests.scenes import scene


@scene
def book():
    """One open month of an empty programme with two workstreams, each with a sub-workstream."""
    book = Book("book", label="2022-05")
    book.finance = book.workstream("FIN", book.root, name="Finance")
    book.people = book.workstream("PEO", book.root, name="People")
    book.erp = book.workstream("FIN-1", book.finance, name="ERP system")
    book.payroll = book.workstream("PEO-1", book.people, name="Payroll")
    return book


@pytest.fixture
def read(book):
    """Return a function that reads a section of the open month: {table key: {row key: {column: value}}}."""

    def section(key, workstream="ROOT"):
        month = whole_month(book.period)
        return layouts.build(month.within(month.tree.by_ref[workstream]), section=key).sections[0]

    return section


def figures(table):
    """A table's values by row and column, without the column that heads the rows."""
    heads = {column.key for column in table.columns if column.is_header}
    return {row.key: {k: c.value for k, c in row.cells.items() if k not in heads} for _, row in table.lines()}
