"""[quality]: rules read as they are meant, and what is wrong with one is said when churn.toml is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.errors import ConfigError
from unchurn.project import Project, Quality, QualityRule
from unchurn.project.quality import CONDITIONS, counts_days
from unchurn.project.write import Setting, churn_toml, save_churn_toml

RULES = """
[[quality.rules]]
column = "fee"
between = [0, inf]
severity = "act"
why = "Nobody is paid for staying."
[[quality.rules]]
column = "joined"
between = [2020-01-01, "2026-12-31"]
[[quality.rules]]
column = "plan"
in = ["basic", "plus"]
share = 0.99
[[quality.rules]]
column = "plan"
in = ["plus"]
share = [0.1, 0.3]
[[quality.rules]]
rows = [1000, ""]
[[quality.rules]]
column = "joined"
at_most = "left"
"""


def load(folder: Path, text: str) -> tuple[QualityRule, ...]:
    (folder / "churn.toml").write_text(text, encoding="utf-8")
    return Project.load(folder).quality.rules


def test_rules_are_read_as_they_are_meant(tmp_path: Path) -> None:
    """Numbers and days, open ends, shares of one and of two ends, in order."""
    fee, joined, plan, plus, rows, order = load(tmp_path, RULES)
    assert (fee.condition, fee.value, fee.severity) == ("between", (0.0, ""), "act")
    assert joined.value == ("2020-01-01", "2026-12-31")
    assert (plan.value, plan.share, plan.severity) == (("basic", "plus"), (0.99, 1.0), "look")
    assert plus.share == (0.1, 0.3)
    assert (rows.column, rows.value) == ("", (1000, ""))
    assert (order.condition, order.other) == ("at_most", "left")
    assert not counts_days(Project.load(tmp_path).quality)


def test_rules_are_written_and_read_back(tmp_path: Path) -> None:
    """They survive `init --force`, `in` and open ends included."""
    rules = load(tmp_path, RULES)
    text = churn_toml([Setting("quality", "rules", rules)], {})
    save_churn_toml(text, tmp_path, force=True)
    assert Project.load(tmp_path).quality.rules == rules
    assert '\nin = ["basic", "plus"]\n' in text


RULE = '[[quality.rules]]\ncolumn = "x"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[quality]\nrules = 3", r"write \[\[quality.rules\]\]"),
        (f"{RULE}betwen = [0, 1]", "Did you mean 'between'"),
        (RULE, "has no condition"),
        (f"{RULE}unique = true\ncomplete = 1", "complete and unique"),
        ("[[quality.rules]]\nunique = true", "no column"),
        (f"{RULE}rows = [1, 2]", "rows is of the whole table"),
        (f"{RULE}complete = 0", "at most 1 and above 0"),
        (f"{RULE}complete = nan", "at most 1"),
        (f"{RULE}complete = 0.9\nshare = 0.9", "cannot go together"),
        (f"{RULE}between = [2, 1]", "above the other"),
        (f"{RULE}between = [0, nan]", "cannot compare with"),
        (f"{RULE}between = [inf, 5]", "nothing lies there"),
        (f"{RULE}between = [-inf, inf]", "both ends open"),
        (f"{RULE}between = [0, true]", "cannot compare with"),
        (f"{RULE}between = [0]", "two values"),
        (f"{RULE}between = [0, '2024-01-01']", "a number and a day"),
        (f"{RULE}between = ['2024-13-01', '']", "no day"),
        (f"{RULE}between = [2024-01-01T10:00:00, '']", "cannot compare with"),
        (f"{RULE}between = [0, 1{'0' * 400}]", "no number of a table is that large"),
        (f"{RULE}in = []", "1 to 10,000 values"),
        (f"{RULE}in = ['a', 1]", "cannot compare with"),
        (f"{RULE}in = ['a', '']", "a missing cell"),
        (f"{RULE}in = [{'7' * 100}]", "in quotes"),
        (f"{RULE}matches = '('", "missing \\)"),
        (f"{RULE}matches = '(?=a)b'", "no look-around"),
        (f"{RULE}not_older_than = -1", "at least 0"),
        (f"{RULE}not_older_than = 1.5", "a whole number"),
        (f"{RULE}below = 'x'", "with itself"),
        (f"{RULE}below = 5", "text in quotes"),
        (f"{RULE}unique = true\nshare = 1.5", "a share above 0"),
        (f"{RULE}unique = true\nshare = [0.3, 0.1]", "a share above 0"),
        (f"{RULE}unique = true\nseverity = 'acts'", "Choose one of 'look', 'act'"),
        ("[[quality.rules]]\nrows = [5, 2]", "so many rows and so few"),
        ("[[quality.rules]]\nrows = [0, inf]", "asks nothing"),
        ("[[quality.rules]]\nrows = [1.5, 2]", "counts no rows"),
        (f"{RULE}unique = true\n{RULE}unique = true\nseverity = 'act'", "The 1. and the 2. .*the same"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """Bad keys, bounds, shares, patterns and numbers, rules of nothing, and the same rule twice."""
    with pytest.raises(ConfigError, match=words):
        load(tmp_path, text)


def test_a_refusal_says_which_rule(tmp_path: Path) -> None:
    """Of many rules, the one that is wrong is named by its place."""
    with pytest.raises(ConfigError, match=r"The 2. \[\[quality.rules\]\]: .*severity"):
        load(tmp_path, f'{RULE}unique = true\n{RULE}complete = 1\nseverity = "loud"')


def test_one_column_may_have_many_rules() -> None:
    """A look at 95% and an act at 80% are two rules; every condition is one of the keys."""
    both = Quality(
        (QualityRule("x", complete=0.95), QualityRule("x", complete=0.8, severity="act"))
    )
    assert len(both.rules) == 2
    assert len(CONDITIONS) == 12
