"""The intrinsic functions of the States Language, with the limits and errors that they have on AWS."""

from __future__ import annotations

import base64
import hashlib
import importlib
import json
import math
import random
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from uuid import uuid4

from rehearsal.patches import Patch, around

MOST_ITEMS = 1000
"""The most items that States.ArrayRange makes."""
LONGEST = 10_000
"""The most letters that are hashed, encoded or decoded."""
HASHES = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
_NULL = "~ null, not this text ~"
_NULLS = re.compile(r"('(?:\\.|[^'\\])*')|(?<![\w.$])null\b", re.DOTALL)
"""Where a call has null, for which moto's grammar has no word: it travels as a text of its own."""
_HIDDEN = {number: 0xE000 + number for number in range(32)}
"""Lines' ends and their like in a text, at which moto's grammar breaks off, travel as letters of nobody's."""
_SHOWN = {hidden: number for number, hidden in _HIDDEN.items()}
_HOLE = re.compile(r"\\(.)|(\{\})|([{}])", re.DOTALL)


def patches() -> list[Patch]:
    """Return our functions in the place of moto's, and what reads their arguments."""
    from moto.stepfunctions.parser.asl.parse.intrinsic.intrinsic_parser import IntrinsicParser
    from moto.stepfunctions.parser.asl.parse.intrinsic.preprocessor import Preprocessor
    from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor as Outer

    base = "moto.stepfunctions.parser.asl.component.intrinsic.function.statesfunction"
    found = [
        around(
            getattr(importlib.import_module(f"{base}.{module}"), name), "_eval_body", _calling(f)
        )
        for (module, name), f in FUNCTIONS.items()
    ]
    return [
        *found,
        around(Outer, "_inner_string_of", _unescaped),
        around(IntrinsicParser, "parse", _parse),
        around(Preprocessor, "_text_of_str", _literal),
        around(Preprocessor, "visitFunc_arg_float", _number),
    ]


def _unescaped(original: Any, parser_rule_context: Any) -> str | None:
    """Return a text of a machine without the escapes of JSON, which moto leaves in it."""
    inner: str | None = original(parser_rule_context)
    return json.loads(f'"{inner}"') if inner and "\\" in inner else inner


def _literal(_: Any, parse_tree: Any) -> str | None:
    """Return a text between quotes; the escapes of Format are left to it."""
    text = str(parse_tree.getText())[1:-1]
    return None if text == _NULL else text.translate(_SHOWN).replace("\\'", "'")


def _number(_: Any, __: Any, ctx: Any) -> Any:
    """Read a number with a point, at which moto breaks off."""
    from moto.stepfunctions.parser.asl.component.intrinsic.argument.argument import ArgumentLiteral

    return ArgumentLiteral(definition_value=float(ctx.getText()))


def _parse(_: Any, src: str) -> Any:
    """Read a call. Raises `ValueError` for what is none; moto goes on with what it understood."""
    from moto.stepfunctions.parser.asl.parse.intrinsic.preprocessor import Preprocessor

    tree = _tree(json.loads(f'"{src}"') if "\\" in src else src)
    return Preprocessor().visit(tree), tree


@lru_cache(4096)
def _tree(plain: str) -> Any:
    """Return what a call is parsed to, once: each execution of a machine reads all of its calls."""
    from moto.stepfunctions.parser.asl.parse.asl_parser import SyntaxErrorListener
    from moto.stepfunctions.parser.asl.parse.intrinsic import intrinsic_parser as moto

    heard = SyntaxErrorListener()
    readable = _NULLS.sub(lambda found: (found[1] or f"'{_NULL}'").translate(_HIDDEN), plain)
    lexer = moto.ASLIntrinsicLexer(moto.InputStream(readable))
    parser = moto.ASLIntrinsicParser(moto.CommonTokenStream(lexer))
    for each in (lexer, parser):
        each.removeErrorListeners()
        each.addErrorListener(heard)
    tree = parser.func_decl()
    if heard.errors:
        raise ValueError(f"{plain} is no call of an intrinsic function: {heard.errors[0]}")
    return tree


def _calling(function: Callable[..., Any]) -> Callable[..., None]:
    """Return what evaluates the arguments of a call and then makes it; it fails as States does."""

    def call(_: Any, self: Any, env: Any) -> None:
        from rehearsal.step_functions.error_names import failure

        self.argument_list.eval(env=env)
        given = env.stack.pop()
        try:
            env.stack.append(function(*given))
        except (TypeError, ValueError, IndexError) as error:
            raise failure(env, "States.IntrinsicFailure", str(error)) from error

    return call


def _text(value: Any, most: int = 0) -> str:
    if not isinstance(value, str):
        raise TypeError(f"A string is needed, not {json.dumps(value)}.")
    if most and len(value) > most:
        raise ValueError(f"{len(value)} characters are more than {most}.")
    return value


def _array(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"An array is needed, not {json.dumps(value)}.")
    return value


def _whole(value: Any) -> int:
    """Return a number rounded to a whole one, halves up."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"A number is needed, not {json.dumps(value)}.")
    return value if isinstance(value, int) else math.floor(value + 0.5)


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two values are the same JSON: 1 is 1.0, but never true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return bool(one == other)


def _partition(values: Any, size: Any) -> list[list[Any]]:
    array, length = _array(values), _whole(size)
    if length <= 0:
        raise ValueError(f"The size of a chunk must be a positive integer, not {length}.")
    return [array[start : start + length] for start in range(0, len(array), length)]


def whole_range(first: Any, last: Any, step: Any) -> list[int]:
    """Return the whole numbers from `first` to `last`, `step` apart. Raises `ValueError` for too many."""
    start, end, by = _whole(first), _whole(last), _whole(step)
    if by == 0:
        raise ValueError("The increment must not be zero.")
    values = range(start, end + (1 if by > 0 else -1), by)
    if len(values) > MOST_ITEMS:
        raise ValueError(f"{len(values)} items are more than {MOST_ITEMS}.")
    return list(values)


def _item(values: Any, index: Any) -> Any:
    array = _array(values)
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(array):
        raise IndexError(f"There is no item {json.dumps(index)} in an array of {len(array)}.")
    return array[index]


def _unique(values: Any) -> list[Any]:
    found: list[Any] = []
    for value in _array(values):
        if not any(_alike(value, known) for known in found):
            found.append(value)
    return found


def _encode(value: Any) -> str:
    return base64.b64encode(_text(value, LONGEST).encode()).decode()


def _decode(value: Any) -> str:
    return base64.b64decode(_text(value, LONGEST).encode("ascii"), validate=True).decode()


def _hash(value: Any, algorithm: Any) -> str:
    if algorithm not in HASHES:
        raise ValueError(f"{json.dumps(algorithm)} is none of {', '.join(HASHES)}.")
    return hashlib.new(HASHES[algorithm], _text(value, LONGEST).encode()).hexdigest()


def _merge(one: Any, other: Any, deep: Any) -> dict[str, Any]:
    if deep is not False:
        raise ValueError("Only the shallow merging mode is supported: give false.")
    if not isinstance(one, dict) or not isinstance(other, dict):
        raise TypeError("Only JSON objects can be merged.")
    return one | other


def _random(start: Any, end: Any, *seed: Any) -> int:
    """Return a whole number from `start` to below `end`; the same for the same seed."""
    chosen = random.Random(_whole(seed[0])) if seed else random.SystemRandom()  # noqa: S311
    return chosen.randrange(_whole(start), _whole(end))


def _split(value: Any, delimiters: Any) -> list[str]:
    text, marks = _text(value), _text(delimiters)
    parts = re.split(f"[{re.escape(marks)}]", text) if marks else [text]
    return [part for part in parts if part]


def _format(template: Any, *values: Any) -> str:
    """Fill the ``{}`` of a template; a backslash takes a brace literally."""
    left = list(values)

    def fill(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        if found[3] or not left:
            raise ValueError("The {} of the template and the values do not match in number.")
        return _shown(left.pop(0))

    text = _HOLE.sub(fill, _text(template))
    if left:
        raise ValueError("The {} of the template and the values do not match in number.")
    return text


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}={_shown(item)}' for key, item in value.items())}}}"
    return json.dumps(value)


def _parsed(value: Any) -> Any:
    return json.loads(text) if (text := _text(value)).strip() else None


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


FUNCTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("array.array", "Array"): lambda *values: list(values),
    ("array.array_contains", "ArrayContains"): lambda values, value: any(
        _alike(each, value) for each in _array(values)
    ),
    ("array.array_get_item", "ArrayGetItem"): _item,
    ("array.array_length", "ArrayLength"): lambda values: len(_array(values)),
    ("array.array_partition", "ArrayPartition"): _partition,
    ("array.array_range", "ArrayRange"): whole_range,
    ("array.array_unique", "ArrayUnique"): _unique,
    ("encoding_decoding.base_64_decode", "Base64Decode"): _decode,
    ("encoding_decoding.base_64_encode", "Base64Encode"): _encode,
    ("generic.string_format", "StringFormat"): _format,
    ("hash_calculations.hash_func", "HashFunc"): _hash,
    ("json_manipulation.json_merge", "JsonMerge"): _merge,
    ("json_manipulation.json_to_string", "JsonToString"): _written,
    ("json_manipulation.string_to_json", "StringToJson"): _parsed,
    ("math_operations.math_add", "MathAdd"): lambda one, other: _whole(one) + _whole(other),
    ("math_operations.math_random", "MathRandom"): _random,
    ("string_operations.string_split", "StringSplit"): _split,
    ("unique_id_generation.uuid", "UUID"): lambda: str(uuid4()),
}
"""What each function does, by where moto has it."""
