"""Sends thousands of odd requests to a running server: is each answered, and none with a 5xx?

    python benchmarks/hardening/requests.py --project TRAINED [--data TABLE.csv] [--requests 8000]

The server is `unchurn serve`, really started. Counted, each must be 0:

- **failed**: answers of 500 and above
- **hung**: requests without an answer or an end of the connection within 15 seconds
- **grown**: megabytes beyond 150 that the server holds more at the end than after 500 requests
- **changed**: 1 where the same customers are scored otherwise at the end than at the beginning
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from random import Random

import pyarrow.csv
import pyarrow.parquet as pq

_SECONDS = 15
_WARM = 500
_ALLOWED = 150
_KINDS = ("text/csv", "application/json", "application/jsonlines", "application/x-parquet")
_ODD_KINDS = ("", "text/html", "multipart/form-data", "text/csv; charset=utf-16", "a" * 300, "*/*")
_PIECES = (b"\0", b"\xff\xfe", b'"', b",", b"\n", b"{", b"[", b"\\ud800", b"9" * 400, b"1e400", b"NaN", b"[" * 3000, b"null", b'{"a":', b"\xed\xa0\x80")  # fmt: skip
FAULTS = ("failed", "hung", "grown", "changed")


def bodies(table: Path) -> dict[str, bytes]:
    """Write a few customers in every format."""
    few = pyarrow.csv.read_csv(table).slice(0, 3)
    rows = few.to_pylist()
    pq.write_table(few, sink := io.BytesIO())
    lines = [json.dumps(row, default=str) for row in rows]
    csv = b"".join(table.read_bytes().splitlines(keepends=True)[:4])
    written = (csv, f"[{','.join(lines)}]".encode(), "\n".join(lines).encode(), sink.getvalue())
    return dict(zip(_KINDS, written, strict=True))


def damaged(random: Random, body: bytes) -> bytes:
    """Put pieces in, take some out, cut or double a body."""
    made = bytearray(body)
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        at = random.randrange(len(made) + 1)
        kind = random.randrange(5)
        if kind == 0:
            made[at:at] = random.choice(_PIECES)
        elif kind == 1:
            del made[at : at + random.choice((1, 4, 40))]
        elif kind == 2:
            made[at : at + 1] = bytes([random.randrange(256)])
        elif kind == 3:
            del made[at:]
        else:
            made += made[at:]
    return bytes(made)


def request(random: Random, good: dict[str, bytes]) -> tuple[bytes, bool]:
    """Write one request; True where it keeps the server waiting, so that it is cut short."""
    kind = random.choice(_KINDS)
    body = damaged(random, good[kind])
    named = random.choice((kind,) * 60 + _KINDS + _ODD_KINDS)
    query = random.choice(("", "", "?errors=row", "?reasons=all", "?reasons=-1", "?x=%00&%ff"))
    headers = [
        f"Content-Type: {named}",
        f"Accept: {random.choice((*_KINDS[:3], *_KINDS[:3], '', 'x/y'))}",
    ]
    encoding = random.choice(("",) * 20 + ("gzip", "gzip", "br", "gzip, gzip"))
    if encoding:
        headers.append(f"Content-Encoding: {encoding}")
        body = gzip.compress(body) if random.random() < 0.7 else body
    length, waits = len(body), False
    framing = random.randrange(20)
    if framing == 0:
        headers.append("Transfer-Encoding: chunked")
        size = random.choice((b"%x" % length, b"zz", b"-1", b"f" * 20))
        body, waits = size + b"\r\n" + body + b"\r\n0\r\n\r\n", True
    elif framing == 1:
        odd = ("-1", "x", "9" * 30, str(length + 5), str(max(0, length - 5)), "")
        headers.append(f"Content-Length: {random.choice(odd)}")
        waits = True
    else:
        headers.append(f"Content-Length: {length}")
    path = random.choice(("/invocations",) * 40 + ("/ping", "/schema", "/", "/" + "a" * 3000))
    method = random.choice(("POST",) * 60 + ("GET", "PUT", "HEAD", "\x00", "OPTIONS"))
    head = f"{method} {path}{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    whole = (head + "\r\n".join(headers) + "\r\n\r\n").encode("latin-1")
    return whole + body, waits


def ask(port: int, sent: bytes, waits: bool, slow: bool) -> str:
    """Send bytes, some of them slowly; return the status, or what came instead."""
    found = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as wire:
            if slow:
                for at in range(0, min(len(sent), 200), 50):
                    wire.sendall(sent[at : at + 50])
                    time.sleep(0.01)
                sent = sent[200:]
            wire.sendall(sent)
            if waits:  # the server may wait for more: it is told that no more comes
                wire.shutdown(socket.SHUT_WR)
            while piece := wire.recv(65_536):
                found += piece
    except TimeoutError:
        return "hung"
    except OSError:
        pass  # it closed on us, which is an answer
    status = re.match(rb"HTTP/1\.1 (\d{3})", found)
    return status[1].decode() if status else "closed"


def scores(port: int, body: bytes) -> bytes:
    """Score good customers."""
    address = f"http://127.0.0.1:{port}/invocations"
    asked = urllib.request.Request(address, body, {"Content-Type": "text/csv"})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return bytes(answer.read())


def megabytes(pid: int) -> int:
    """Tell how much memory a process holds."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def attack(port: int, pid: int, good: dict[str, bytes], wanted: argparse.Namespace) -> Counter[str]:
    """Send the requests and count what came of them."""
    random = Random(wanted.seed)
    total: Counter[str] = Counter(dict.fromkeys(FAULTS, 0))
    before, warm = scores(port, good["text/csv"]), 0
    for number in range(wanted.requests):
        sent, waits = request(random, good)
        status = ask(port, sent, waits, slow=random.random() < 0.02)
        total.update({"requests": 1, status: 1, "failed": int(status[0] == "5")})
        if status[0] in "5h":
            print(f"request {number}: {status}: {sent[:300]!r}", file=sys.stderr)
        if number == min(_WARM, wanted.requests // 2):
            warm = megabytes(pid)
    held = megabytes(pid)
    total |= Counter(megabytes_warm=warm, megabytes=held)
    total["grown"] = max(0, held - warm - _ALLOWED)
    total["changed"] = int(scores(port, good["text/csv"]) != before)
    return total


def main() -> int:
    """Start a server, attack it, end it; print the counts as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--data", type=Path, help="this_month.csv of the project by default")
    parser.add_argument("--requests", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    words = ("serve", "--project", str(wanted.project), "--port", str(port), "--workers", "1")
    server = subprocess.Popen([sys.executable, "-m", "unchurn", *words], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if ask(port, b"GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", False, False) == "200":  # fmt: skip
                break
            time.sleep(0.1)
        good = bodies(wanted.data or wanted.project / "this_month.csv")
        total = attack(port, server.pid, good, wanted)
    finally:
        os.kill(server.pid, signal.SIGTERM)
        server.wait(40)
    print(json.dumps(total))
    return int(any(total[fault] for fault in FAULTS))


if __name__ == "__main__":
    raise SystemExit(main())
