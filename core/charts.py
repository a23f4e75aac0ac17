"""Where the parts of a chart stand. A template draws them; every segment is labelled, so colour means nothing alone."""

from dataclasses import dataclass

from core.blocks import Chart

WIDTH = 640  # user units; the drawing scales to its column
LABEL_WIDTH = 120
BAR_HEIGHT = 26
GAP = 12


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    width: float
    text: str
    shade: int  # 0 for the first segment, 1 for the second …: a class, and a different fill in print


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    y: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    height: int
    lines: tuple[Line, ...]
    width: int = WIDTH
    label_width: int = LABEL_WIDTH
    bar_height: int = BAR_HEIGHT


def drawing(chart: Chart) -> Drawing:
    """Lay the bars out; the longest takes the whole width."""
    longest = max((sum(s.value for s in bar.segments) for bar in chart.bars), default=0) or 1
    room = WIDTH - LABEL_WIDTH
    lines = []
    for n, bar in enumerate(chart.bars):
        x: float = LABEL_WIDTH
        boxes = []
        for shade, segment in enumerate(bar.segments):
            width = round(segment.value / longest * room, 1)
            boxes.append(Box(round(x, 1), width, segment.text, shade))
            x += width
        lines.append(Line(bar.label, n * (BAR_HEIGHT + GAP), tuple(boxes)))
    return Drawing(max(0, len(chart.bars) * (BAR_HEIGHT + GAP) - GAP), tuple(lines))
