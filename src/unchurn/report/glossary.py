"""The report's terms in plain words, for who meets them first on this page."""

from __future__ import annotations

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("95% interval", "Where a figure would lie in 95 of 100 samples of customers of the same kind. A wide one means that few customers were judged."),
    ("Accuracy", "The share of right answers, yes or no. Where few leave, always saying no is right nearly always too."),
    ("Average precision", "Going through customers from the highest risk downwards, the share of leavers among those passed, averaged over all leavers."),
    ("Brier score", "The squared distance of the stated risks from what happened, on average. 0 is best."),
    ("Calibration slope, intercept", "What would put the stated risks right: a slope below 1 says that they are too extreme, an intercept above 0 that they are too low."),
    ("Calibration, calibration error", "Whether a stated risk comes true: of 100 customers given 30%, about 30 should leave. The error is how far off that is on average."),
    ("Champion", "The model in charge, that makes the lists until a better one takes over."),
    ("Confusion matrix", "Found, missed, flagged in error and left in peace: what was said of customers, against what they did."),
    ("Contribution (SHAP)", "How far one column pushes one customer’s score up or down, compared with the average customer. Together with the base, what the average customer scores, they add up to the score before calibration, in log-odds."),
    ("Cumulative gains", "Going through customers from the highest risk downwards, the share of all leavers met so far."),
    ("Decile", "A tenth of the customers, in order of risk; the first is the riskiest."),
    ("EMPC", "Expected maximum profit: what the best cut by risk would earn a customer, on average over the accept rates that may be true. Known only afterwards; for comparing models, not for planning."),
    ("Expected value", "What contacting a customer should bring in on average: what is saved if they would leave and accept, less the costs."),
    ("F1, F0.5, F2", "One number from precision and recall; F0.5 minds false alarms more, F2 missed leavers."),
    ("Held out", "Customers kept away from the model while it learned, so that it can be judged on them."),
    ("Hindsight", "Choosing after it is known who left. It shows the most that could have been earned; no list can do that beforehand."),
    ("Lift", "How many times as many leave in a group as on average."),
    ("Log loss", "How surprised the stated risks are by what happened. 0 is best; being sure and wrong costs most."),
    ("Log-odds", "The scale on which contributions add up: 0 is even odds, and each 0.7 about doubles or halves them."),
    ("Out of fold", "Measured on training customers, each scored by a model that had not seen them."),
    ("Precision", "Of those flagged, the share who left."),
    ("Protected trait", "Sex, age, nationality, religion and the like, on which the law may forbid decisions."),
    ("Recall", "Of those who left, the share who were flagged or reached."),
    ("Recall, precision at capacity", "The same of as many of the riskiest customers as the team can contact."),
    ("ROC-AUC", "Shown one leaver and one stayer, how often the leaver is given the higher risk. 0.5 is guessing, 1 is perfect."),
    ("Slice", "A group of customers that share a value of one column."),
    ("Specificity", "Of those who stayed, the share left in peace."),
)  # fmt: skip
"""Term and meaning, by term."""
