from typing import get_args

import pytest

from scanpipe.capture.sane_faults import error_of
from scanpipe.capture.sane_protocol import Failed, FaultKind


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_every_failure_says_where_it_was_and_what_to_do(kind: FaultKind):
    error = error_of(Failed(fault=kind, detail="detail"), device="scanner:7", position=12)
    assert error.remedy
    assert "{" not in str(error)
    assert kind == "no-library" or "scanner:7" in str(error.text)


def test_a_refused_option_tells_asked_got_and_offered():
    failed = Failed(fault="refused", option="mode", asked="Colour", got="Gray", allowed_values="Gray, Color")
    assert str(error_of(failed, device="scanner:7", position=None)) == (
        "scanner:7: the scanner does not accept mode = Colour; it uses Gray. "
        "The scanner accepts: Gray, Color. Change the option in the scanner profile (configs/scanners)."
    )
