import logging
import sys

import pytest
from PIL import ImageFile

from scanpipe.errors import ToolMissing
from scanpipe.package.reports.printing import print_pdf


class WithoutPango:
    """What Python meets on a machine where Pango is not installed."""

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


def test_without_pango_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutPango(), *sys.meta_path])
    with pytest.raises(ToolMissing, match="Pango") as caught:
        print_pdf("<p>giấy tờ</p>")
    assert "apt install libpango-1.0-0" in str(caught.value.remedy)


def test_pictures_that_are_cut_off_are_still_refused_after_printing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    print_pdf("<p>giấy tờ</p>")
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


def test_what_only_browsers_understand_is_passed_over_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert print_pdf("<style>p { overflow-x: auto; no-such: thing }</style><p>giấy tờ</p>").startswith(b"%PDF")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
