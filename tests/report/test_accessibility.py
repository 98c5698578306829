"""The page in a real browser: axe-core finds nothing, text can be read, tables take the keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Browser, axe_source, chromium
from example_backtest import backtested
from example_campaign import SUMMARY, called
from example_effect import outcomes
from example_evaluation import evaluation, verdict
from example_outcomes import came_true
from example_watch import watched

from example_cycle import cycled, refused
from unchurn import report
from unchurn.report.campaign_page import render_campaign
from unchurn.report.cycle_page import render_cycle
from unchurn.report.effect_page import render_effect
from unchurn.report.realised_page import render_realised
from unchurn.report.watch_page import render_watch

AXE = axe_source()
pytestmark = pytest.mark.skipif(
    not (chromium() and AXE),
    reason="needs Chromium (chromium on the PATH, or UNCHURN_CHROMIUM) and axe-core (pip install "
    "--no-deps axe-playwright-python); .ci/run and make install both",
)
SEEN = [(width, scheme) for width in (1280, 390, 320) for scheme in ("light", "dark")]
HOSTILE = "Ein_Spaltenname_der_nirgends_umbricht_und_länger_ist_als_jedes_Telefon_breit"
RULES = '["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa","best-practice"]'
VIOLATIONS = f"""
axe.run(document, {{resultTypes: ["violations"], runOnly: {RULES}}}).then(found =>
    found.violations.map(each => `${{each.id}}: ${{each.nodes[0].html.slice(0, 120)}}`))
"""
TEXT = """
Math.min(...[...document.querySelectorAll("svg text")].map(text => {
    const drawing = text.ownerSVGElement;
    const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    return parseFloat(getComputedStyle(text).fontSize) * scale;
}))
"""
SHEET = rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]"
OPEN = 'document.querySelectorAll("details").forEach(each => each.open = true)'
SCROLLERS = """
new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
    [...document.querySelectorAll(".scroll")].map(each => [
        each.getAttribute("aria-labelledby"),
        each.scrollWidth > each.clientWidth + 1,
        parseFloat(getComputedStyle(each.querySelector(".more")).fontSize) > 8,
    ]))
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests of this file."""
    with Browser.opened(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An ordinary report, one that was refused and has hostile names, and an empty one."""
    folder = tmp_path_factory.mktemp("pages")
    hostile = evaluation((HOSTILE, "顧客の通話時間（分）の合計と平均の差分データ列", "a"))
    hostile["unchurn"]["rows"]["dropped"] = {HOSTILE: 3}
    made = {
        "ordinary": report.render(evaluation(), verdict(), "Churn model: Churn?"),
        "hostile": report.render(hostile, verdict("refused"), HOSTILE),
        "empty": report.render({}, {}, ""),
        "months": report.render_backtest(backtested()),
        "effect": render_effect(outcomes(offer=HOSTILE)),
        "campaign": render_campaign(SUMMARY, called(40, Name=HOSTILE), "2027-03-01", "2027-05-30"),
        "watch": render_watch(watched(HOSTILE)),
        "outcomes": render_realised(came_true(HOSTILE)),
        "cycle": render_cycle(refused(reason=HOSTILE), [cycled()]),
    }
    for name, page in made.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["ordinary", "hostile", "empty", "months", "campaign", "effect", "watch", "outcomes", "cycle"],
)
def test_axe_finds_nothing(browser: Browser, pages: dict[str, Path], name: str) -> None:
    """At every width, light and dark, with all details open; and the page never scrolls sideways."""
    for width, scheme in SEEN:
        browser.show(pages[name], width, scheme)
        browser.run(OPEN)
        browser.run(f"{AXE};0")
        assert browser.run(VIOLATIONS) == [], (width, scheme)
        assert browser.run("document.documentElement.scrollWidth") <= width, (width, scheme)


def test_axe_would_find_a_table_that_takes_no_keyboard(
    browser: Browser, pages: dict[str, Path]
) -> None:
    """The fault that this page once had is one that the test sees."""
    browser.show(pages["ordinary"], 390, "light")
    browser.run(
        'document.querySelectorAll(".scroll").forEach(each => each.removeAttribute("tabindex"))'
    )
    browser.run(f"{AXE};0")
    assert any("scrollable-region-focusable" in each for each in browser.run(VIOLATIONS))


@pytest.mark.parametrize(("width", "least"), [(1280, 13), (390, 11), (320, 9)])
def test_text_in_charts_can_be_read(
    browser: Browser, pages: dict[str, Path], width: int, least: float
) -> None:
    """Charts shrink with the window; their smallest text stays legible."""
    browser.show(pages["ordinary"], width, "light")
    assert browser.run(TEXT) >= least


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_tables_that_scroll_say_so_and_others_do_not(
    browser: Browser, pages: dict[str, Path], width: int
) -> None:
    """The words stand where there is more to see sideways, and only there."""
    browser.show(pages["ordinary"], width, "light")
    browser.run(OPEN)
    found = browser.run(SCROLLERS)
    assert [name for name, scrolls, said in found if scrolls != said] == []
    assert any(scrolls for _, scrolls, _ in found) == (width < 1280)


def test_a_table_scrolls_by_the_arrow_keys(browser: Browser, pages: dict[str, Path]) -> None:
    """Without a mouse: focus the region, press right."""
    browser.show(pages["ordinary"], 390, "light")
    browser.run('document.querySelector(".metrics").parentElement.focus()')
    for _ in range(3):
        browser.press("ArrowRight", 39)
    moved = """new Promise(done => setTimeout(() => done(
        document.querySelector(".metrics").parentElement.scrollLeft), 400))"""
    assert browser.run(moved) > 0


def test_it_prints(browser: Browser, pages: dict[str, Path]) -> None:
    """Printing gives a PDF of a handful of pages; a campaign's list lies across A4."""
    browser.show(pages["ordinary"], 1280, "light")
    printed = browser.printed()
    assert printed.startswith(b"%PDF")
    assert 3 <= printed.count(b"/Type /Page\n") <= 12
    browser.show(pages["campaign"], 1280, "light")
    printed = browser.printed()
    sheets = {tuple(map(round, map(float, each))) for each in re.findall(SHEET, printed)}
    assert sheets == {(595, 842), (842, 595)}
