"""What a person is told of a capture."""

import pytest

from scanpipe.capture.checks import CaptureChecks
from scanpipe.flows.capture.events import capture_flags
from scanpipe.package.naming.limits import Limits


@pytest.mark.parametrize(("repeated", "told"), [(False, ("duplicate", "blurred")), (True, ("blurred", "repeated"))])
def test_the_same_picture_twice_is_told_once(repeated: bool, told: tuple[str, ...]) -> None:
    measured = {"ink_share": 0.05, "dark_share": 0.01, "paper": 230.0, "contrast": 120.0, "blur_mm": 0.1}
    checks = CaptureChecks(**measured, colour=True, flags=("duplicate", "blurred"))
    assert capture_flags(checks, dpi=300, dpi_assumed=False, repeated=repeated, limits=Limits()) == told
