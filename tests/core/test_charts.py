"""Where a chart's parts stand: lengths are true to the figures and nothing falls outside the drawing."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blocks import Bar, Chart, Segment
from core.charts import BAR_HEIGHT, GAP, GROUPED_WIDTH, LABEL_WIDTH, LINE, TEXT_WIDTH, WIDTH, drawing, ticks

ROOM = WIDTH - LABEL_WIDTH


def chart(*bars):
    """A chart of bars given as the values of their segments."""
    made = [
        Bar(str(n), f"Bar {n}", tuple(Segment(f"Part {m}", value, f"{value} days") for m, value in enumerate(values)))
        for n, values in enumerate(bars)
    ]
    return Chart("time", "Time used", "days", tuple(made))


def widths(bar):
    return [segment.width for segment in bar.segments]


def test_longest_bar_takes_the_whole_width_and_the_others_their_share():
    long, half = drawing(chart([30, 10], [20])).bars

    assert (widths(long), widths(half)) == ([ROOM * 0.75, ROOM * 0.25], [ROOM * 0.5])


def test_segments_of_a_bar_touch_and_begin_beside_its_label():
    (bar,) = drawing(chart([30, 10, 40])).bars

    assert [segment.x for segment in bar.segments] == [
        LABEL_WIDTH,
        LABEL_WIDTH + widths(bar)[0],
        WIDTH - widths(bar)[2],
    ]


def test_every_segment_has_its_text_and_its_own_shade():
    (bar,) = drawing(chart([30, 10, 0])).bars

    assert bar.label == "Bar 0"
    assert [(segment.text, segment.shade) for segment in bar.segments] == [
        ("30 days", 0),
        ("10 days", 1),
        ("0 days", 2),
    ]


def test_bars_stand_under_one_another_in_order():
    made = drawing(chart([1], [2], [3]))

    assert [(bar.label, bar.y) for bar in made.bars] == [
        ("Bar 0", 0),
        ("Bar 1", BAR_HEIGHT + GAP),
        ("Bar 2", 2 * (BAR_HEIGHT + GAP)),
    ]
    assert made.height == made.bars[-1].y + BAR_HEIGHT


@pytest.mark.parametrize("bars", [[[0, 0]], [[]], [[0], []]], ids=["noughts", "no segment", "both"])
def test_bar_of_nothing_has_no_length_and_is_no_error(bars):
    assert {segment.width for bar in drawing(chart(*bars)).bars for segment in bar.segments} <= {0}


def test_chart_without_a_bar_has_no_height():
    assert (drawing(chart()).height, drawing(chart()).bars) == (0, ())


@given(st.lists(st.lists(st.integers(0, 10**9), max_size=6), min_size=1, max_size=8))
def test_nothing_falls_outside_the_drawing(bars):
    made = drawing(chart(*bars))

    for bar, values in zip(made.bars, bars, strict=True):
        assert 0 <= bar.y <= made.height - BAR_HEIGHT
        for segment, value in zip(bar.segments, values, strict=True):
            assert segment.x >= LABEL_WIDTH
            assert segment.x + segment.width <= WIDTH + 0.1 * len(values)  # widths are rounded to a tenth
            assert segment.width == pytest.approx(value / (max(map(sum, bars)) or 1) * ROOM, abs=0.06)


# --- Bars side by side --------------------------------------------------------------------------------------

SPAN = GROUPED_WIDTH - TEXT_WIDTH


def grouped(*bars, scale=1):
    return drawing(replace(chart(*bars), is_grouped=True, scale=Decimal(scale)))


def test_grouped_bars_begin_at_nought_one_under_the_other():
    (first, second) = grouped([40, 30], [20, 0]).bars

    assert [(segment.x, segment.width, segment.y) for segment in first.segments] == [
        (0, SPAN, LINE),
        (0, SPAN * 0.75, 2 * LINE),
    ]
    assert [segment.width for segment in second.segments] == [SPAN / 2, 0]
    assert second.y == 3 * LINE + GAP


def test_what_is_below_nought_stands_to_the_left_of_it():
    ((above, below),) = [bar.segments for bar in grouped([30, -10]).bars]

    assert (above.x, above.width) == (round(SPAN / 4, 1), round(SPAN * 0.75, 1))
    assert (below.x, round(below.x + below.width, 1)) == (0, above.x)


def test_the_axis_counts_in_the_unit_of_the_chart():
    marks = grouped([4_000_000, 1_000_000], scale=1_000).ticks

    assert [(mark.text, mark.x) for mark in marks[:2]] == [("0", 0), ("1,000", SPAN / 4)]


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (0, 14_481, [0, 5_000, 10_000]),
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (-7, 3, [-6, -4, -2, 0, 2]),
        (0, "0.3", ["0", "0.1", "0.2", "0.3"]),
        (5, 5, []),
        (12, 19, [12, 14, 16, 18]),
    ],
)
def test_ticks_are_round(low, high, found):
    assert ticks(Decimal(low), Decimal(high)) == [Decimal(each) for each in found]


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(numbers, numbers)
def test_ticks_are_few_and_within(one, other):
    low, high = sorted((one, other))
    found = ticks(low, high)

    assert len(found) <= 6
    assert all(low <= each <= high for each in found)
