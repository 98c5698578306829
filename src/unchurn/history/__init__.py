"""A history of customers as of a day: the question, the windows, the labels, the features.

Every time becomes a whole local day when it is read; from then on there are integers only, so that
any engine that can compare and add them gives the same table.
"""

from unchurn.history.question import Question

__all__ = ["Question"]
