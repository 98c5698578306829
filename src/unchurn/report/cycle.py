"""What a cycle came to, in words that people who sent the table understand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from unchurn.report import wording

Cycle = Mapping[str, Any]
_OF_DELIVERY = re.compile(
    r"The table is that of .* again: |.* no rows\.|.* is empty[.:]|.* holds no customer"
)
"""Reasons that lie in what was sent, whatever customers are like: from it no training learns anything new."""


def cycle_headline(made: Cycle) -> str:
    """Say in a sentence what came of a cycle."""
    day = made["as_of"]
    if made["status"] == "refused":
        return f"No list for {day}: its table cannot be trusted"
    who = wording.counted(made["list"]["customers"], "customer")
    contact = made["contact"]
    if contact is None:
        return f"The list for {day}: {who}"
    calls = wording.count(contact["contacted"])
    return f"The list for {day}: {who}, of whom {calls} are to be contacted"


def cycle_steps(made: Cycle) -> list[tuple[str, str]]:
    """Say of each part of a cycle what came of it: (part, words)."""
    watch, listed, contact = made["watch"], made["list"], made["contact"]
    if made["status"] == "refused":
        steps = [("Table", "Refused, for the reasons named.")]
    else:
        steps = [("Table", f"{watch['level'].capitalize()}. {watch['words']}")]
    if listed:
        left = listed["rejected"]
        rows = f", {wording.counted(left, 'row')} could not be read" if left else ""
        who = wording.counted(listed["customers"], "customer")
        steps.append(("List", f"{who}, scored by version {listed['model_version']}{rows}."))
    else:
        steps.append(("List", "None was written, so that nobody is contacted by mistake."))
    if contact:
        steps.append(("Contacts", f"{contact['words']} {contact['control_words']}"))
    elif listed:
        steps.append(("Contacts", made["contact_words"]))
    return [*steps, ("Training", made["retrain"]["words"])]


def cycle_next(made: Cycle) -> list[str]:
    """Say what a person has to do about a cycle; empty where that is nothing."""
    if made["status"] == "refused":
        return _after_refusal(made)
    found = []
    if made["watch"]["level"] == "act":
        found.append(
            "Read the watch before the list is used: customers are unlike those that the model learned from."
        )
    elif made["watch"]["level"] == "look":
        found.append("Look at what the watch names; the list can be used meanwhile.")
    after = {
        "waits": "Give training newer customers, with who of them left.",
        "failed": "Mend what training failed of; the next cycle tries again.",
        "refused": "Read the report of the training: the gate did not pass it.",
        "registered": "Compare the new version with the champion: unchurn registry list",
    }
    outcome = made["retrain"]["outcome"]
    return [*found, after[outcome]] if outcome in after else found


def _after_refusal(made: Cycle) -> list[str]:
    reasons = made["reasons"]
    todo = [
        "Show the reasons to whoever sends the table, and ask for it to be mended and sent again.",
        f"Then run the same command again, with --as-of {made['as_of']}.",
    ]
    if all(_OF_DELIVERY.match(each) for each in reasons):
        return todo
    right = "If the table is right and customers are so from now on, train again: unchurn train"
    if any(each.startswith("A rule of your own") for each in reasons):
        right = (
            "If the table is right, change the rule that it breaks; where customers are so from now on, "
            "train again: unchurn train"
        )
    return [*todo, right]
