"""Flows of a few small files, each of which is decoded in a moment: what takes time is to start a decoder."""

import pytest

from scanpipe.capture.folder import import_pages


@pytest.fixture(autouse=True)
def one_decoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Decode one file after the other; that several are decoded side by side is tested in tests/unit/capture."""
    assert import_pages.__kwdefaults__
    monkeypatch.setitem(import_pages.__kwdefaults__, "side_by_side", 1)
