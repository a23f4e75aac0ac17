"""Where a chart's parts stand: lengths are true to the figures and nothing falls outside the drawing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.blocks import Bar, Chart, Segment
from core.charts import BAR_HEIGHT, GAP, LABEL_WIDTH, WIDTH, drawing

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
