"""A block copied from a spreadsheet, laid over a grid of lines and columns. Nothing is guessed, and no Django is here.

Its cells stand between tabs. It may begin with the names of its columns, and each row with the name or the ref of its
line; without names its first cell goes where it is told to begin. A blank leaves what stands there.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.money import AMOUNT
from core.words import folded, how_many, some_of

LONGEST = 200_000  # characters: a thousand lines of twelve years


class Misfit(ValueError):
    """The block fits nowhere; the message is a sentence that says why. Nothing of it is taken."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a block is laid over."""

    lines: Sequence[frozenset[str]]  # the names by which each is known, `folded`
    columns: Sequence[str]  # what each is called
    headings: Sequence[frozenset[str]]  # the names by which each is known, `folded`


@dataclass(slots=True)
class Laid:
    """The texts of a block by line and column, and what of it fits nowhere: a sentence for each row."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def lay(text: str, sheet: Sheet, *, line: int = 0, column: int = 0) -> Laid:
    """Lay a block over a sheet, beginning at this line and column where it names none. Raise Misfit."""
    rows = _rows(text)
    heads, rows = _split(rows, sheet)
    begins = 1 if _has_names(rows, sheet) else 0
    width = max((len(row) for row in rows), default=0) - begins
    places = _by_heading(heads, sheet, begins) if any(any(head[begins:]) for head in heads) else {}
    if not places:
        room = len(sheet.columns) - column
        if width > room:
            raise Misfit(
                f"The block is {how_many(width, 'column')} wide, and from {sheet.columns[column]} on there are {room}. "
                "Nothing of it was taken. Copy fewer columns, or choose where it begins."
            )
        places = {n: column + n for n in range(width)}
    elif any(cell and n not in places for row in rows for n, cell in enumerate(row[begins:])):
        raise Misfit(
            "Some of its columns have amounts and no heading. Nothing of it was taken. Copy their headings too."
        )
    if begins:
        return _by_name(rows, sheet, places)
    if len(rows) > len(sheet.lines) - line:
        raise Misfit(
            f"The block has {how_many(len(rows), 'row')}, and from where it begins there are "
            f"{how_many(len(sheet.lines) - line, 'line')}. Nothing of it was taken."
        )
    found = Laid()
    for n, row in enumerate(rows):
        _put(found, line + n, row, places)
    return found


def _rows(text: str) -> list[list[str]]:
    """Its rows without what is blank at their ends, and without blank rows after them."""
    if len(text) > LONGEST:
        raise Misfit(f"This is more than is taken at once: {len(text):,} characters. Copy a part of it at a time.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    try:
        rows = [[" ".join(cell.split()) for cell in row] for row in csv.reader(lines, delimiter="\t")]
    except csv.Error as error:
        raise Misfit("This is no block of cells. Copy it from the spreadsheet again.") from error
    for row in rows:
        while row and not row[-1]:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    if not any(rows):
        raise Misfit("There is nothing in it. Copy the cells in your spreadsheet, then paste them here.")
    return rows


def _split(rows: list[list[str]], sheet: Sheet) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of headings that it begins with, and the others: a heading is no amount and no line."""
    n = 0
    while n < len(rows) - 1 and _is_heading(rows[n], sheet):
        n += 1
    return rows[:n], rows[n:]


def _is_heading(row: Sequence[str], sheet: Sheet) -> bool:
    return any(row) and not any(map(AMOUNT.fullmatch, row)) and not _is_line(row, sheet)


def _is_line(row: Sequence[str], sheet: Sheet) -> bool:
    return bool(row) and any(folded(row[0]) in names for names in sheet.lines)


def _has_names(rows: Sequence[Sequence[str]], sheet: Sheet) -> bool:
    if any(_is_line(row, sheet) for row in rows):
        return True
    first = [row[0] for row in rows if row and row[0]]
    is_wide = any(len(row) > 1 for row in rows)
    return is_wide and bool(first) and not any(map(AMOUNT.fullmatch, first))


def _by_heading(heads: Sequence[Sequence[str]], sheet: Sheet, begins: int) -> dict[int, int]:
    """Which column each of the block's is, by what stands above it: the last of the headings, or all of them."""
    found: dict[int, int] = {}
    for n, said in _headings(heads, begins):
        as_said = ([k for k, names in enumerate(sheet.headings) if folded(each) in names] for each in said)
        named = next(filter(None, as_said), [])
        if len(named) != 1:
            why = "could be more than one column" if named else "heads no column of amounts here"
            raise Misfit(
                f"“{said[-1]}” {why}. The columns are {some_of(sheet.columns, most=12)}. Nothing of it was taken. "
                "Name its columns so, or copy it without its headings."
            )
        if named[0] in found.values():
            raise Misfit(f"Two columns are headed “{said[-1]}”. Nothing of it was taken.")
        found[n] = named[0]
    return found


def _headings(heads: Sequence[Sequence[str]], begins: int) -> Iterator[tuple[int, list[str]]]:
    """What stands above each column: all of it, each heading reaching as far as the next, then the last alone."""
    above: dict[int, list[str]] = {}
    for head in heads:
        last = ""
        for n in range(begins, max(map(len, heads))):
            last = (head[n] if n < len(head) else "") or (last if head is not heads[-1] else "")
            above.setdefault(n - begins, []).append(last)
    for n, said in above.items():
        if said[-1]:
            yield n, [" ".join(filter(None, said)), said[-1]]


def _by_name(rows: Sequence[Sequence[str]], sheet: Sheet, places: dict[int, int]) -> Laid:
    found = Laid()
    named: list[tuple[int, Sequence[str]]] = []
    for row in rows:
        if not any(row[1:]):  # a heading between the lines, or a line that is left as it is
            continue
        known = [n for n, names in enumerate(sheet.lines) if folded(row[0]) in names]
        if len(known) == 1:
            named.append((known[0], row))
        elif known:
            found.left_out.append(f"“{row[0]}” is the name of {how_many(len(known), 'line')}: write the ref instead.")
        else:
            found.left_out.append(f"“{row[0]}” is no line that you can change here.")
    again = Counter(n for n, _ in named)
    for n, row in named:
        if again[n] == 1:
            _put(found, n, row[1:], places)
        else:
            found.left_out.append(f"“{row[0]}” is there {again[n]} times: leave one of them.")
    return found


def _put(found: Laid, line: int, texts: Sequence[str], places: dict[int, int]) -> None:
    for n, text in enumerate(texts):
        if text:
            found.cells[line, places[n]] = text
