"""The report: evaluation → dict → one self-contained HTML page, with SVG drawn here.

`page.context` turns the evaluation into plain words, numbers as text and finished charts; the
templates only lay them out. Nothing below needs a network, a script or a clock, and the same
evaluation always gives the same bytes.
"""

from unchurn.report import shap_plot
from unchurn.report.backtest import headline, optimism_in_money, render_backtest
from unchurn.report.leaks import leak_words
from unchurn.report.page import render
from unchurn.report.spoken import spoken

__all__ = [
    "headline",
    "leak_words",
    "optimism_in_money",
    "render",
    "render_backtest",
    "shap_plot",
    "spoken",
]
