"""A real Chromium, driven over a pair of pipes: no port, no driver, nothing to install but itself."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-device-scale-factor=1",
)  # fmt: skip
CARRIER = "axe_playwright_python"
"""The package on PyPI that holds axe.min.js; nothing else of it is used."""


def chromium() -> str:
    """Path of the browser, or nothing where there is none."""
    found = os.environ.get("UNCHURN_CHROMIUM", "")
    return found or next(filter(None, map(shutil.which, NAMES)), "")


def axe_source() -> str:
    """Source of axe-core, or nothing where its package is not installed."""
    spec = importlib.util.find_spec(CARRIER)
    folders = spec.submodule_search_locations or [] if spec else []
    found = [Path(each) / "axe.min.js" for each in folders]
    return next((each.read_text(encoding="utf-8") for each in found if each.exists()), "")


class Browser:
    """One page of a browser that is spoken to in the DevTools protocol."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = os.fdopen(commands, "wb", buffering=0)
        self._answers = os.fdopen(answers, "rb")
        self._number, self._session = 0, ""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")

    @classmethod
    @contextmanager
    def opened(cls, profile: Path) -> Iterator[Self]:
        """Start a browser with an empty `profile` and end it afterwards."""
        theirs, commands = os.pipe()
        answers, out = os.pipe()
        # The browser reads commands from descriptor 3 and answers on 4.
        line = f'exec "$@" 3<&{theirs} 4>&{out}'
        process = subprocess.Popen(
            ["bash", "-c", line, "chromium", chromium(), *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(theirs, out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        os.close(out)
        browser = None
        try:
            browser = cls(commands, answers)
            yield browser
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if browser:
                browser._commands.close()
                browser._answers.close()

    def show(self, page: Path, width: int, scheme: str, height: int = 900, media: str = "") -> None:
        """Open a page in a window of `width` CSS pixels, in a light or dark scheme."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                   deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self._call("Emulation.setEmulatedMedia", media=media, features=features)
        # The page forbids every script; what inspects it must be let in.
        self._call("Page.setBypassCSP", enabled=True)
        self._call("Page.navigate", url=page.resolve().as_uri())
        self._until("Page.loadEventFired")

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page, waiting for what it promises."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True,
                            returnByValue=True)  # fmt: skip
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key, as a person without a mouse does."""
        for kind in ("rawKeyDown", "keyUp"):
            self._call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                       windowsVirtualKeyCode=code)  # fmt: skip

    def picture(self, whole: bool = True) -> bytes:
        """Return the page as PNG, all of it or what the window shows."""
        shot = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def printed(self) -> bytes:
        """Return the page as a printer would get it: PDF on A4."""
        made = self._call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69,
                          preferCSSPageSize=True)  # fmt: skip
        return base64.b64decode(made["data"])

    def _call(self, method: str, **params: Any) -> Any:
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if self._session:
            said["sessionId"] = self._session
        self._commands.write(json.dumps(said).encode() + b"\0")
        answer = self._until(self._number)
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def _until(self, wanted: int | str) -> dict[str, Any]:
        while True:
            said = self._next()
            if wanted in (said.get("id"), said.get("method")):
                return said

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "the browser went away"
            text += byte
        found: dict[str, Any] = json.loads(text)
        return found
