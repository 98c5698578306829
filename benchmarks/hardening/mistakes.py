"""A churn.toml and what can go wrong with one: its values, types, bytes and structure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from random import Random

from unchurn.project import SECTIONS

TABLE = "customers.csv"
BASE = f"""# what a project says of its table
[data]
train = "{TABLE}"
missing = ["none", "-"]
max_rejected = 0.2

[churn]
target = "churned"
positive = "left"
negative = ["stayed"]
id = "customer"
horizon_days = 30

[columns]
drop = ["note"]
types = {{ zone = "category" }}
decimal = {{ amount = "." }}
date_order = "ymd"

[engine]
threads = 1
memory_mb = 256

[split]
test = 0.25
folds = 3

[features]
max_categories = 20

[tune]
trials = 0

[train]
configurations = ["shallow"]
threads = 1

[evaluate]
bootstrap = 100
shap_rows = 50
capacity = 0.1

[gate]
min_rows = 20
min_churned = 2
roc_auc = 0.5

[decision]
clv = 100
contact_cost = 2.5
accept_rate = 0.3

[score]
reasons = "top:0.2"
bands = [0.1, 0.4]
"""

VALUES = (
    *("nan", "-nan", "inf", "-inf", "1e400", "-1e400", "1e-400", "-0.0", "0", "-1", "1", "2"),
    *("256", "257", "100000", "9223372036854775807", "9223372036854775808", "9" * 400, "-" + "9" * 400),
    *("9" * 4301, "9" * 400 + ".5", "0x" + "f" * 400, "0b1", "0o7", "1_000", "+5", "1e3", "5e-1"),
    *("true", "false", "True", "null", "[]", "{}", "[[]]", '[""]', "[nan]", "[inf, 0.1]", "[0.4, 0.1]"),
    *("[0.1, 0.4, 0.5]", "[1, 'a']", "[true]", "[[0.1], [0.4]]", "{ a = 1 }", '{ a = "number" }'),
    *('{ "" = "" }', "{ a = { b = { c = 1 } } }", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z"),
    *("0001-01-01", "9999-12-31T23:59:59.999999", '""', '" "', '"*"', '["*"]', '"~"', '"~nobody"'),
    *('"~nobody/x.csv"', '"~root/x.csv"', r'"\u0000"', r'["a\u0000b"]', r'"\uD800"', r'"\U0010FFFF"'),
    *(r'"\u202e"', r'"a\nb"', r'"a\rb"', r'"a\tb"', "'''\n'''", '"""\n\n"""', "'C:\\x'", r'"\x"'),
    *('"' + "a" * 300 + '"', '"' + "a" * 70_000 + '"', '"' + "é" * 200 + '"', '"' + "../" * 2_000 + '"'),
    *('"."', '".."', '"/dev/null"', '"/dev/null/x"', '"/proc/self/x"', '"nowhere/*.csv"', '"[.csv"'),
    *('"**"', '"churn.toml"', '"s3://"', '"s3://no-such"', '"athena://"', '"http://127.0.0.1:9/x"'),
    *('"file:///x"', '"-"', '"customer"', '"churned"', '"amount"', '"plan"', '"note"', '"since"'),
    *('["customer", "amount", "plan", "since", "zone", "note"]', '["churned"]', '["left", "stayed"]'),
    *('{ amount = "date" }', '{ since = "number" }', '{ customer = "date" }', '{ churned = "number" }'),
    *('{ amount = "," }', '{ since = "dmy" }', '{ nowhere = "dmy" }', '"dmy"', '"ydm"', '","', '"\t"'),
    *('"utf-16"', '"utf-7"', '"rot13"', '"base64"', '"idna"', '"no-such"', '"backslash"', '";"', '"ab"'),
    *('"os:system"', '"a.b:c"', '":"', '"top:nan"', '"top:-1"', '"top:1e400"', '"all"', '"none"'),
    *("[" * 50 + "]" * 50, "[" * 5_000 + "]" * 5_000, "{a=" * 50 + "1" + "}" * 50, "[1," * 900 + "]" * 900),
    *("[" + "1," * 10_000 + "]", "[" + '"a",' * 10_000 + "]", ".".join("a" * 500) + " = 1"),
)  # fmt: skip
"""What is put after a key's equals sign."""
CODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-8-sig", "utf-7", "cp037")
BYTES = (b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\x1b[2J", b"\xed\xa0\x80", b"\xc3", b"\x7f", b'"', b"=", b"[", b"\n", b"#")  # fmt: skip


def _keys() -> list[tuple[str, str]]:
    # Spark takes longer to start than a file may take here
    every = [(name, item.name) for name, kind in SECTIONS.items() for item in fields(kind)]
    return [each for each in every if each != ("engine", "kind")]


_KEYS = _keys()


def set_key(random: Random, text: str) -> str:
    """Give a key of any section a value that another kind of key may have."""
    section, key = random.choice(_KEYS)
    line = f"{key} = {random.choice(VALUES)}"
    lines = [each for each in text.split("\n") if not each.startswith(f"{key} =")]
    header = f"[{section}]"
    if header in lines:
        lines.insert(lines.index(header) + 1, line)
    else:
        lines += [header, line]
    return "\n".join(lines)


def swap_value(random: Random, text: str) -> str:
    """Give a key that is written another value, its neighbours staying as they are."""
    lines = text.split("\n")
    at = random.choice([n for n, each in enumerate(lines) if " = " in each] or [0])
    lines[at] = f"{lines[at].partition(' = ')[0]} = {random.choice(VALUES)}"
    return "\n".join(lines)


def break_structure(random: Random, text: str) -> str:
    """Move, double, join or cut lines; turn sections into what they are not."""
    lines = text.split("\n")
    a, b = random.randrange(len(lines)), random.randrange(len(lines))
    odd = (
        "[[train]]", "[train.seed]", "[data.train]", "[]", "[ ]", "[a.b.c]", "[columns.types]", "train = 1",
        "data.train = 'x'", "[" * 200, "x", "=", "a.b = 1", '"" = 1', "'' = 1", "[\"da\\u0000ta\"]", "[dàta]",
        ".".join("a" * 2_000) + " = 1", "[" + ".".join("a" * 2_000) + "]", "# \x00", "columns = 1", "[DATA]",
    )  # fmt: skip
    changes: tuple[Callable[[], object], ...] = (
        lambda: lines.insert(a, lines[b]),
        lambda: lines.pop(a),
        lambda: lines.insert(a, random.choice(odd)),
        lambda: lines.__setitem__(a, lines[a] + lines[b]),
        lambda: lines.__setitem__(a, lines[a][: len(lines[a]) // 2]),
        lines.reverse,
        lambda: random.shuffle(lines),
        lambda: lines.__setitem__(slice(min(a, b), max(a, b)), []),
    )
    random.choice(changes)()
    return "\n".join(lines)


def break_bytes(random: Random, content: bytes) -> bytes:
    """Put bytes in, take some out, change some, or cut the file."""
    made = bytearray(content or b" ")
    at = random.randrange(len(made))
    kind = random.randrange(4)
    if kind == 0:
        made[at:at] = random.choice(BYTES) * random.choice((1, 1, 1, 500))
    elif kind == 1:
        del made[at : at + random.choice((1, 5, 60))]
    elif kind == 2:
        made[at] = random.randrange(256)
    else:
        del made[at:]
    return bytes(made)


def recode(random: Random, content: bytes) -> bytes:
    """Write the file in another encoding, or with other line ends."""
    text = content.decode("utf-8", "replace") + random.choice(("", "\n# é €\n"))
    end = random.choice(("\n", "\r\n", "\r"))
    return text.replace("\n", end).encode(random.choice((*CODINGS, "utf-8")), "replace")


def draw(random: Random) -> bytes:
    """Make a churn.toml with one to three mistakes."""
    text = BASE
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        text = random.choice((set_key, set_key, swap_value, break_structure))(random, text)
    content = text.encode("utf-8", "surrogatepass")
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        content = random.choice((break_bytes, break_bytes, recode))(random, content)
    return content
