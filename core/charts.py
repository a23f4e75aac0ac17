"""Where the parts of a chart stand. A template draws them; every segment is labelled, so colour means nothing alone."""

from dataclasses import dataclass

from core.blocks import Chart

WIDTH = 640  # user units; the drawing scales to its column
LABEL_WIDTH = 120
BAR_HEIGHT = 26
GAP = 12


@dataclass(frozen=True, slots=True)
class DrawnSegment:
    """Where a segment of a bar stands, from the left edge of the drawing."""

    x: float
    width: float
    text: str
    shade: int  # 0 for the first segment, 1 for the second …: a class, and a different fill in print


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """Where a bar stands, from the upper edge of the drawing, with the label to its left."""

    label: str
    y: int
    segments: tuple[DrawnSegment, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its measures, in the user units of SVG."""

    height: int
    bars: tuple[DrawnBar, ...]
    width: int = WIDTH
    label_width: int = LABEL_WIDTH
    bar_height: int = BAR_HEIGHT


def drawing(chart: Chart) -> Drawing:
    """Lay the bars out; the longest takes the whole width."""
    longest = max((sum(s.value for s in bar.segments) for bar in chart.bars), default=0) or 1
    room = WIDTH - LABEL_WIDTH
    bars = []
    for n, bar in enumerate(chart.bars):
        x: float = LABEL_WIDTH
        segments = []
        for shade, segment in enumerate(bar.segments):
            width = round(segment.value / longest * room, 1)
            segments.append(DrawnSegment(round(x, 1), width, segment.text, shade))
            x += width
        bars.append(DrawnBar(bar.label, n * (BAR_HEIGHT + GAP), tuple(segments)))
    return Drawing(max(0, len(chart.bars) * (BAR_HEIGHT + GAP) - GAP), tuple(bars))
