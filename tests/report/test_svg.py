"""Primitives of drawing: escaping, scales, ticks, cutting of names."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.report import svg


@given(st.text())
@settings(max_examples=100)
def test_any_text_is_well_formed_once_drawn(text: str) -> None:
    """Any text, controls and markup included, comes back from XML as itself or replaced."""
    drawn = ET.fromstring(svg.label(1, 2, text, "tick", full=text + "!"))
    said, shown = drawn.findtext("title"), drawn[0].tail or ""
    assert [said, shown] == [_one_line_ends(svg.clean(each)) for each in (text + "!", text)]


def _one_line_ends(text: str) -> str:
    """XML parsers read every line end as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def test_attribute_values_are_escaped() -> None:
    """A quote in a value cannot end its attribute."""
    drawn = ET.fromstring(svg.element("g", class_='a" onload="x'))
    assert drawn.attrib == {"class": 'a" onload="x'}


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 10))
@settings(max_examples=100)
def test_ticks_lie_within_bounds_evenly(low: float, size: float, about: int) -> None:
    """Ticks are ascending, inside the bounds, and at most about twice as many as asked."""
    high = low + size
    found = svg.ticks(low, high, about)
    slack = 1e-6 * max(abs(low), abs(high), 1)
    assert all(low - slack <= tick <= high + slack for tick in found)
    assert found == sorted(set(found))
    assert len(found) <= 2 * about + 2


def test_ticks_are_round() -> None:
    """Steps are 1, 2, 2.5 or 5 times a power of ten, without binary dust."""
    assert svg.ticks(0, 0.3, 3) == [0.0, 0.1, 0.2, 0.3]
    assert svg.ticks(-40000, 20000, 5) == [-40000.0, -20000.0, 0.0, 20000.0]
    assert svg.ticks(3, 3) == [3]


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
@settings(max_examples=100)
def test_widened_bounds_hold_the_old_ones(low: float, size: float) -> None:
    """Widening never cuts anything off and never leaves a scale without width."""
    wide = svg.widened(low, low + size)
    slack = 1e-6 * max(abs(low), size, 1)
    assert wide[0] <= low + slack
    assert wide[1] >= low + size - slack
    assert wide[0] < wide[1]


@given(st.text(max_size=80), st.floats(20, 200))
@settings(max_examples=100)
def test_a_cut_name_fits(name: str, width: float) -> None:
    """What is kept is a beginning of the name and no wider than asked."""
    kept = svg.fit(name, width)
    assert svg.text_width(kept) <= width
    assert " ".join(name.split()).startswith(kept.removesuffix("…"))


def test_wide_scripts_count_as_wide() -> None:
    """Chinese characters take about twice the room of Latin ones; accents take none."""
    assert svg.text_width("漢漢") > 1.5 * svg.text_width("aa")
    assert svg.text_width("e\u0301") == svg.text_width("e")


def test_close_points_are_thinned_but_ends_kept() -> None:
    """A curve of 100,000 points is drawn with those an eye can tell apart."""
    drawn = svg.polyline([(i / 500, 10.0) for i in range(100_001)], "curve")
    assert len(drawn) < 5000
    assert 'd="M0 10L' in drawn
    assert 'L200 10"' in drawn


def test_a_scale_without_width_uses_the_middle() -> None:
    """One value only lands in the middle of the axis."""
    assert svg.Scale(5, 5, 0, 100)(5) == 50
    assert svg.Scale(0, 10, 100, 0)(2) == 80
