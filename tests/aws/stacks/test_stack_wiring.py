"""Parameters, outputs, substitutions and handlers: everything that meets by name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from shipped_stacks import (
    ALL_ON,
    EVERY,
    OF_A_VERSION,
    deployment_values,
    resolved,
    resources,
    templates,
    texts,
)

import unchurn.aws
from unchurn.aws import bundles, machines
from unchurn.aws.stacks import FOLDER, ON_REQUEST, STACKS
from unchurn.aws.templates import ORDER

LAMBDAS = Path(unchurn.aws.__file__).parent / "lambdas"
READ_BY_CODE = {
    *("BuildProject", "PipelineName", "TrainingQueries", "InferenceQueries"),
    *(f"{each.capitalize()}StateMachineArn" for each in machines.NAMES),
}
each_stack = pytest.mark.parametrize("stack", EVERY)


def referred(node: Any) -> Iterator[str]:
    """Yield the names that Ref, GetAtt, Sub, If and Condition mention."""
    if isinstance(node, dict):
        for key, inside in node.items():
            if key in ("Ref", "Condition") and isinstance(inside, str):
                yield inside
            elif key == "Fn::GetAtt" or key == "Fn::If":
                yield inside[0]
            elif key == "Fn::Sub":
                text = inside if isinstance(inside, str) else inside[0]
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([\w.:]+)\}", text))
            yield from referred(inside)
    elif isinstance(node, list):
        for inside in node:
            yield from referred(inside)


def test_the_order_of_deployment_is_the_folders() -> None:
    assert ORDER == STACKS
    assert {*STACKS, *ON_REQUEST} == {path.stem for path in FOLDER.glob("*.yaml")}


def test_every_parameter_is_a_value_of_the_deployment_or_an_earlier_output() -> None:
    known = set(deployment_values()) | set(OF_A_VERSION)
    for name, template in templates().items():
        strangers = set(template.parameters) - known
        assert not strangers, f"{name} asks for {strangers}"
        known |= set(template.outputs)


def test_no_output_bears_the_name_of_another_or_of_a_value() -> None:
    names = [name for template in templates().values() for name in template.outputs]
    assert len(names) == len(set(names))
    assert not set(names) & set(deployment_values())


@each_stack
def test_a_template_uses_what_it_declares(stack: str) -> None:
    template = templates()[stack]
    used = set(referred(dict(template.body)))
    assert set(template.parameters) <= used | {"StackName"}
    assert set(template.body.get("Conditions", {})) <= used


def test_every_value_and_output_is_used_somewhere() -> None:
    asked = {name for template in templates().values() for name in template.parameters}
    outputs = {name for template in templates().values() for name in template.outputs}
    assert set(deployment_values()) | set(OF_A_VERSION) <= asked
    of_the_endpoint = set(templates()["deploy-model"].outputs)
    assert outputs - asked - of_the_endpoint == READ_BY_CODE


@each_stack
def test_no_parameter_has_a_default_that_hides_a_missing_wire(stack: str) -> None:
    assert not [n for n, rules in templates()[stack].parameters.items() if "Default" in rules]


@pytest.mark.parametrize("machine", machines.NAMES)
def test_a_machine_is_given_exactly_what_it_asks_for(machine: machines.Name) -> None:
    found = [
        properties["DefinitionSubstitutions"]
        for stack, _, kind, properties in resources()
        if stack == machine and kind == "AWS::StepFunctions::StateMachine"
    ]
    assert [set(each) for each in found] == [machines.placeholders(machine)]
    machines.definition(machine, {key: str(value) for key, value in found[0].items()})


def test_every_function_has_its_handler() -> None:
    handlers = {
        properties["FunctionName"]: properties["Handler"]
        for _, _, kind, properties in resources(**ALL_ON)
        if kind == "AWS::Lambda::Function"
    }
    for handler in handlers.values():
        module, function = handler.split(".")
        tree = ast.parse((LAMBDAS / f"{module}.py").read_text("utf-8"))
        assert function in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    with_handler = {
        p.stem for p in LAMBDAS.glob("*.py") if "\ndef handler(" in p.read_text("utf-8")
    }
    assert {handler.split(".")[0] for handler in handlers.values()} == with_handler


def test_functions_are_told_exactly_the_variables_that_they_read() -> None:
    for _, logical, kind, properties in resources(**ALL_ON):
        if kind == "AWS::Lambda::Function":
            given = set(properties.get("Environment", {}).get("Variables", {}))
            assert given == variables(properties["Handler"].split(".")[0]), logical


def variables(module: str) -> set[str]:
    """Return the environment variables that a handler's module and what it imports read."""
    text = (LAMBDAS / f"{module}.py").read_text("utf-8")
    imported = {
        node.module
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (LAMBDAS / f"{node.module}.py").is_file()
    }
    found = set(re.findall(r'os\.environ\["(\w+)"\]', text))
    return found.union(*(variables(str(name)) for name in imported))


def test_every_bundle_that_is_packed_is_used_where_it_lies() -> None:
    packed = bundles.pack()
    used = " ".join(
        text
        for resolver in resolved(**{**ALL_ON, **packed.values}).values()
        for body in resolver.made().values()
        for text in texts(resolver.resolve(body.get("Properties", {})))
    )
    assert not [name for name, key in packed.keys.items() if key not in used]
