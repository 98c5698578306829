"""The Rules of a template: what its parameters have to fulfil before anything is planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.cfn.plain_text import plain_text
from rehearsal.cfn.problems import RefusedError
from rehearsal.cfn.template import Template


def check_rules(template: Template, constants: Mapping[str, Any]) -> None:
    """Raise `RefusedError` with the description of every assertion that does not hold.

    `constants` are the parameters and the pseudo parameters; a rule refers to nothing else. A rule
    whose RuleCondition does not hold asserts nothing.
    """
    broken = []
    for name, rule in template.rules.items():
        asserted = rule.get("Assertions") if isinstance(rule, dict) else None
        if not isinstance(asserted, list) or set(rule) - {"Assertions", "RuleCondition"}:
            raise RefusedError(
                f"Template format error: Rule {name} needs Assertions, a list, and may have a "
                "RuleCondition."
            )
        terms = _Terms(constants, name)
        if "RuleCondition" in rule and not terms.value(rule["RuleCondition"]):
            continue
        broken += [
            each.get("AssertDescription", f"an assertion of rule {name} does not hold")
            for each in asserted
            if not terms.value(each.get("Assert"))
        ]
    if broken:
        raise RefusedError(f"Template error: {'; '.join(map(str.strip, broken))}")


class _Terms:
    """The functions that a rule may use; they are fewer than a template's, and some are its own."""

    def __init__(self, constants: Mapping[str, Any], rule: str) -> None:
        self.constants, self.rule = constants, rule

    def value(self, term: Any) -> Any:
        """Return what a term of a rule gives. Raises `RefusedError` for a function of others."""
        if isinstance(term, list):
            return [self.value(each) for each in term]
        if not isinstance(term, dict):
            return plain_text(term, f"a term of rule {self.rule}")
        if len(term) != 1:
            raise RefusedError(
                f"Template format error: Rule {self.rule} has a term of two functions."
            )
        (name, argument), *_ = term.items()
        if name == "Ref":
            if argument not in self.constants:
                raise RefusedError(
                    f"Template format error: Rule {self.rule} refers to {argument!r}, which is no "
                    "parameter."
                )
            return self.constants[argument]
        if name not in _FUNCTIONS:
            raise RefusedError(
                f"Template format error: Rule {self.rule} uses {name}. The rehearsal knows in rules "
                f"{', '.join(_FUNCTIONS)} and Ref."
            )
        try:
            return _FUNCTIONS[name](*self.value(argument))
        except TypeError as error:
            raise RefusedError(
                f"Template format error: {name} of rule {self.rule} has not the arguments it needs."
            ) from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_FUNCTIONS: dict[str, Callable[..., bool]] = {
    "Fn::And": lambda *terms: all(terms),
    "Fn::Or": lambda *terms: any(terms),
    "Fn::Not": lambda term: not term,
    "Fn::Equals": lambda left, right: left == right,
    "Fn::Contains": lambda values, value: value in _listed(values),
    "Fn::EachMemberEquals": lambda values, value: all(each == value for each in _listed(values)),
    "Fn::EachMemberIn": lambda values, among: set(_listed(values)) <= set(_listed(among)),
}
