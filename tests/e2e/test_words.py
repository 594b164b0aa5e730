"""What an operator sees of a book is in words of the language, and codes stay in the JSON."""

from pathlib import Path

import pytest

from scanpipe.errors import DeviceMissing
from scanpipe.flows import demo
from tests.conftest import Cli

BOOK = "KS.2010.01"


def test_a_book_is_shown_without_codes(cli: Cli, captured: Path) -> None:
    shown = cli("book", "show", BOOK, station=captured, env={"LANGUAGE": "vi"}).out
    assert "giữ nguyên" in shown
    assert "mỗi trường hợp 2 trang" in shown
    assert "keep" not in shown
    assert "pages:" not in shown
    assert cli("book", "show", BOOK, "--json", station=captured).json["terms"]["spreads"] == "keep"


def test_a_demo_without_a_scanner_says_why_it_imports(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise DeviceMissing("python-sane is not installed.")

    monkeypatch.setattr(demo, "find_devices", missing)
    assert demo.no_scanner() == "python-sane is not installed."
