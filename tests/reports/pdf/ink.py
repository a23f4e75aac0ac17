"""Where the ink of a PDF stands, read from the file: whatever laid it out is not asked."""

from io import BytesIO

import pikepdf
from pikepdf import Matrix


def outside(pdf, margin=0.0):
    """Return the texts that begin or end outside their page, less its margin in points: (page, x, y)."""
    found = []
    with pikepdf.open(BytesIO(pdf)) as opened:
        for number, page in enumerate(opened.pages):
            left, bottom, right, top = (float(edge) for edge in page.mediabox)
            found += [
                (number, round(x), round(y))
                for x, y in _ends(page)
                if not (left + margin <= x <= right - margin and bottom <= y <= top)
            ]
    return found


def _ends(page):
    """Yield where each run of text begins and ends."""
    widths = {name: _widths(font) for name, font in page.obj.Resources.Font.items()}
    matrix, kept, font, size, text = Matrix(), [], "", 0.0, Matrix()
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = Matrix(*map(float, operands)) @ matrix
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "Tm":
                text = Matrix(*map(float, operands))
            case "TJ":
                at = text @ matrix
                yield at.transform((0, 0))
                yield at.transform((_length(operands[0], widths[font]) * size / 1000, 0))


def _length(shown, widths):
    length = 0.0
    for part in shown:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            length += sum(widths.get(codes[at : at + 2], 0) for at in range(0, len(codes), 2))
        else:
            length -= float(part)
    return length


def _widths(font):
    """Return the width of each glyph, by its code."""
    found, numbers = {}, list(font.DescendantFonts[0].W)
    while numbers:
        first, second = numbers.pop(0), numbers.pop(0)
        each = second if isinstance(second, pikepdf.Array) else [numbers.pop(0)] * (int(second) - int(first) + 1)
        found |= {(int(first) + at).to_bytes(2): float(width) for at, width in enumerate(each)}
    return found
