"""A real Chromium, and the live view of a small book open in it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from scanpipe.review.live.view import LiveView
from tests.followed_books import make_followed

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
SCREEN = {"width": 1366, "height": 768}
PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; while it runs, so does an event loop in this thread, and no test of a screen could start its own."""
    with sync_playwright() as playwright:
        sandbox = [] if os.getuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which finds what keeps people from using a page."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not on this machine")
    fetched = subprocess.run([ROOT / "scripts" / "fetch-npm", "axe"], capture_output=True, text=True)
    assert fetched.returncode == 0, fetched.stderr
    script = Path(fetched.stdout.strip()) / "node_modules" / "axe-core" / "axe.min.js"
    return script.read_text(encoding="utf-8")


def heard_by(chromium: Browser) -> tuple[Page, list[str]]:
    """Return a page of its own context, and the list of what the browser will complain of."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page = chromium.new_page(viewport=SCREEN)  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_MS)
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A station, its live view, and the page that it is open in."""

    station: Path
    view: LiveView
    page: Page
    complaints: list[str]

    def open(self) -> Page:
        self.page.goto(self.view.url)
        return self.page


@pytest.fixture
def followed(chromium: Browser, tmp_path: Path) -> Iterator[Followed]:
    """The view of an empty book; what the browser complains of fails the test."""
    station = make_followed(tmp_path)
    view = LiveView(station)
    view.start()
    page, complaints = heard_by(chromium)
    try:
        yield Followed(station=station, view=view, page=page, complaints=complaints)
        assert complaints == []
    finally:
        page.close()
        view.stop()
