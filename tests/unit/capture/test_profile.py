from pathlib import Path

import msgspec
import pytest

from scanpipe.capture.profile import ScannerProfile, profile_for

FOLDER = Path(__file__).parents[3] / "configs" / "scanners"


def shipped() -> dict[str, ScannerProfile]:
    return {path.stem: msgspec.toml.decode(path.read_bytes(), type=ScannerProfile) for path in FOLDER.glob("*.toml")}


def test_the_closest_pattern_wins():
    assert profile_for("test:0", shipped()) == "test"
    assert profile_for("pnm:1", shipped()) == "pnm"
    assert profile_for("fujitsu:fi-7160:1234", shipped()) == "fujitsu-fi"
    assert profile_for("epsonds:libusb:001:002", shipped()) == "generic"
    assert profile_for("test:0", {"other": ScannerProfile(match="pnm:*")}) is None


def test_what_is_given_overrides_the_profile():
    profile = ScannerProfile(match="*", source="Flatbed", dpi=200, options={"brightness": 5})
    assert profile.settings("x:0").source == "Flatbed"
    changed = profile.settings("x:0", source="ADF Duplex", dpi=400, feed=Path("pages"))
    assert (changed.source, changed.dpi, changed.feed) == ("ADF Duplex", 400, Path("pages"))
    assert changed.options == {"brightness": 5}


@pytest.mark.parametrize(
    ("source", "stack", "two_sided"),
    [
        ("Flatbed", False, False),
        ("", False, False),
        ("ADF Front", True, False),
        ("Automatic Document Feeder", True, False),
        ("ADF Duplex", True, True),
        ("Automatic Document Feeder(left aligned,Duplex)", True, True),
    ],
)
def test_the_source_tells_whether_there_is_a_stack_and_two_sides(source: str, stack: bool, two_sided: bool):
    settings = ScannerProfile(match="*", source=source).settings("x:0")
    assert (settings.stack, settings.two_sided) == (stack, two_sided)


@pytest.mark.parametrize("wrong", ['dip = 300\nmatch = "*"', 'match = "*"\ndepth = 16', 'match = "*"\ndpi = 10', ""])
def test_a_wrong_profile_is_refused(wrong: str):
    with pytest.raises(msgspec.ValidationError):
        msgspec.toml.decode(wrong, type=ScannerProfile)
