"""Rules of a team's own, [quality]: what a table has to be, judged as its typed batches go by.

Every engine and every door hands on the same typed Arrow batches, so that there is one evaluation
and nothing for engines to disagree about.
"""
