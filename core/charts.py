"""Where the parts of a chart stand. A template draws them; every segment is labelled, so colour means nothing alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from math import floor, log10

from core.blocks import Bar, Chart

WIDTH = 640  # user units; the drawing scales to its column
LABEL_WIDTH = 120
BAR_HEIGHT = 26
GAP = 12
# Of bars that stand one under the other: each is thinner, and what it says stands behind it.
GROUPED_WIDTH = 440  # narrower, so that it is read on a telephone too
LINE = 20
THIN = 15
TEXT_WIDTH = 170
FOOT = 20  # under the bars, for what the ticks say


@dataclass(frozen=True, slots=True)
class DrawnSegment:
    """Where a segment of a bar stands, from the left edge of the drawing and the upper edge of its bar."""

    x: float
    y: int
    width: float
    text: str
    text_x: float
    shade: int  # 0 for the first segment, 1 for the second …: a class, and a different fill in print


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """Where a bar stands, from the upper edge of the drawing, with the label to its left or above it."""

    label: str
    y: int
    segments: tuple[DrawnSegment, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the drawing at a round figure."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart with its measures, in the user units of SVG."""

    height: int
    bars: tuple[DrawnBar, ...]
    bar_height: int = BAR_HEIGHT
    ticks: tuple[Tick, ...] = ()
    width: int = WIDTH


def drawing(chart: Chart) -> Drawing:
    """Lay the bars out; the longest takes the whole width."""
    return _grouped(chart) if chart.is_grouped else _stacked(chart)


def _stacked(chart: Chart) -> Drawing:
    longest = max((sum(s.value for s in bar.segments) for bar in chart.bars), default=0) or 1
    room = WIDTH - LABEL_WIDTH
    bars = []
    for n, bar in enumerate(chart.bars):
        x: float = LABEL_WIDTH
        segments = []
        for shade, segment in enumerate(bar.segments):
            width = round(float(segment.value / longest) * room, 1)
            segments.append(DrawnSegment(round(x, 1), 0, width, segment.text, round(x, 1) + 8, shade))
            x += width
        bars.append(DrawnBar(bar.label, n * (BAR_HEIGHT + GAP), tuple(segments)))
    return Drawing(max(0, len(chart.bars) * (BAR_HEIGHT + GAP) - GAP), tuple(bars))


def _grouped(chart: Chart) -> Drawing:
    """Segments one under the other, each from nought: to the left of that what is below it."""
    values = [Decimal(segment.value) for bar in chart.bars for segment in bar.segments]
    low, high = min([Decimal(), *values]), max([Decimal(), *values])
    reach, room = (high - low) or Decimal(1), GROUPED_WIDTH - TEXT_WIDTH

    def across(value: Decimal) -> float:
        return round(float((value - low) / reach) * room, 1)

    bars, y = [], 0
    for bar in chart.bars:
        bars.append(DrawnBar(bar.label, y, tuple(_lines(bar, across(Decimal()), across))))
        y += LINE * (1 + len(bar.segments)) + GAP
    marks = tuple(Tick(across(at * chart.scale), f"{at:,f}") for at in ticks(low / chart.scale, high / chart.scale))
    return Drawing(y + FOOT if bars else 0, tuple(bars), THIN, marks, GROUPED_WIDTH)


def _lines(bar: Bar, nought: float, across: Callable[[Decimal], float]) -> Iterator[DrawnSegment]:
    for shade, segment in enumerate(bar.segments):
        end = across(Decimal(segment.value))
        left, right = sorted((nought, end))
        width = round(right - left, 1)
        yield DrawnSegment(left, LINE * (shade + 1), width, segment.text, round(right + 6, 1), shade)


def ticks(low: Decimal, high: Decimal, *, most: int = 5) -> list[Decimal]:
    """Round figures from the first at or above `low` to the last at or below `high`: at most so many and one more.

    They stand 1, 2 or 5 times a power of ten apart.
    """
    reach = high - low
    if reach <= 0:
        return []
    power = Decimal(10) ** floor(log10(reach / most))
    step = next(power * n for n in (1, 2, 5, 10) if power * n * most >= reach)
    found, value = [], (low / step).to_integral_value(ROUND_CEILING) * step
    while value <= high:
        found.append(value.quantize(Decimal(1)) if step >= 1 else value.normalize())
        value += step
    return found
