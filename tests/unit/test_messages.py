"""Texts come from the catalogue of the operator's language, click's own among them."""

import gettext
import subprocess
import sys

import pytest

from scanpipe import messages
from scanpipe.messages import _, language, language_context, use_language


def test_without_a_catalogue_the_source_text_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "xx")
    assert _("{label!r} is not a valid page.") == "{label!r} is not a valid page."


def test_clicks_texts_come_from_the_same_catalogue() -> None:
    assert gettext.textdomain() == messages.DOMAIN
    assert gettext.bindtextdomain(messages.DOMAIN) == str(messages.LOCALES)


def test_the_language_is_passed_on_to_processes_started_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    use_language("vi")
    command = [sys.executable, "-c", "import os; print(os.environ['LANGUAGE'])"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "vi"


@pytest.mark.parametrize("before", ["en", None])
def test_a_paper_speaks_its_own_language_and_then_the_persons_is_back(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv("LANGUAGE") if before is None else monkeypatch.setenv("LANGUAGE", before)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    with pytest.raises(RuntimeError), language_context("vi"):
        assert (language(), _("Delivery note")) == ("vi", "Biên bản giao nhận")
        raise RuntimeError
    assert (language(), _("Delivery note")) == ("en", "Delivery note")
