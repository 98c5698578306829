"""Which IAM actions a piece of our code needs, read from the calls that it can reach.

A function reaches what it mentions by name, wherever that is defined in the modules given: more
than it calls, never less.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import botocore.session
from botocore import xform_name

PREFIXES = {"stepfunctions": "states"}
"""IAM's word for a service, where it is not boto3's."""
TRANSFERS = {
    "upload_file": "PutObject",
    "upload_fileobj": "PutObject",
    "download_file": "GetObject",
}
"""Methods of boto3 that are no operation of S3."""
TAKES = {
    "lambda:Invoke": {"lambda:InvokeFunction"},
    "s3:CopyObject": {"s3:GetObject", "s3:PutObject"},
    "s3:GetBucketNotificationConfiguration": {"s3:GetBucketNotification"},
    "s3:HeadBucket": {"s3:ListBucket"},
    "s3:HeadObject": {"s3:GetObject"},
    "s3:ListObjectsV2": {"s3:ListBucket"},
}
"""Operations whose action has another name."""
IN_TRANSACTION = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}
Function = ast.FunctionDef


def needed_actions(modules: Iterable[Path], entry: str, services: Iterable[str]) -> set[str]:
    """Return the actions behind what `entry`, a function of the first module, can reach."""
    trees = [ast.parse(path.read_text("utf-8")) for path in modules]
    operations = {k: v for service in services for k, v in _operations(service).items()}
    actions: set[str] = set()
    for function in _reached(trees, entry):
        called = {operations[name] for name in _methods(function) if name in operations}
        for operation in called - {"dynamodb:TransactWriteItems"}:
            actions |= TAKES.get(operation, {operation})
        if called & {"s3:GetObject", "s3:HeadObject"}:
            # Without it S3 calls an object that is missing forbidden.
            actions.add("s3:ListBucket")
        actions |= {IN_TRANSACTION[key] for key in _keys(function) & set(IN_TRANSACTION)}
    return actions


def imported_by(module: Path) -> list[Path]:
    """Return a module and those of its folder that it imports by bare name, and so on."""
    found = [module]
    for path in found:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                near = path.parent / f"{node.module}.py"
                if near.is_file() and near not in found:
                    found.append(near)
    return found


def clients_of(modules: Iterable[Path]) -> set[str]:
    """Return the services whose clients the modules make: ``client("s3")`` → s3."""
    return {
        str(call.args[0].value)
        for path in modules
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and (getattr(call.func, "attr", "") or getattr(call.func, "id", "")) == "client"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def _operations(service: str) -> Mapping[str, str]:
    prefix = PREFIXES.get(service, service)
    model = botocore.session.get_session().get_service_model(service)
    found = {xform_name(name): f"{prefix}:{name}" for name in model.operation_names}
    transfers = {name: f"s3:{operation}" for name, operation in TRANSFERS.items()}
    return found | transfers if service == "s3" else found


def _reached(trees: list[ast.Module], entry: str) -> list[Function]:
    known = [node for tree in trees for node in ast.walk(tree) if isinstance(node, Function)]
    found = [
        next(node for node in trees[0].body if isinstance(node, Function) and node.name == entry)
    ]
    for function in found:
        mentioned = set(_names(function))
        found += [each for each in known if each.name in mentioned and each not in found]
    return found


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.Attribute):
            yield each.attr


def _methods(function: Function) -> Iterator[str]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            yield call.func.attr
            if call.func.attr == "get_paginator" and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def _keys(function: Function) -> set[str]:
    return {
        str(key.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
