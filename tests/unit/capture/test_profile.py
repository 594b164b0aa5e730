import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from scanpipe.capture.intents import WORDS
from scanpipe.capture.profile import ScannerProfile, profile_for
from scanpipe.capture.scanner import Intent
from scanpipe.errors import OptionRefused
from tests.unit.capture.backend_options import BACKENDS, SOURCES

FOLDER = Path(__file__).parents[3] / "configs" / "scanners"


def shipped() -> dict[str, ScannerProfile]:
    return {path.stem: msgspec.toml.decode(path.read_bytes(), type=ScannerProfile) for path in FOLDER.glob("*.toml")}


def test_the_closest_pattern_wins():
    assert profile_for("test:0", shipped()) == "test"
    assert profile_for("pnm:1", shipped()) == "pnm"
    assert profile_for("fujitsu:fi-7160:1234", shipped()) == "fujitsu-fi"
    assert profile_for("epsonds:libusb:001:002", shipped()) == "epsonds"
    assert profile_for("kds_s2000w:192.168.1.20", shipped()) == "kds"
    assert profile_for("pixma:04A91912", shipped()) == "generic"
    assert profile_for("test:0", {"other": ScannerProfile(match="pnm:*")}) is None
    assert profile_for("test:0", {"a": ScannerProfile(match="test:0"), "b": ScannerProfile(match="test:*")}) == "a"
    assert profile_for("test:0", {"a": ScannerProfile(match="test:*"), **shipped()}, own={"a"}) == "a"


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


@pytest.mark.parametrize("device", ["net:scan.local:fujitsu:fi-7160:1", "net:[fe80::1]:fujitsu:fi-7160:1"])
def test_a_scanner_at_another_computer_has_the_profile_that_it_has_there(device: str):
    assert profile_for(device, shipped()) == "fujitsu-fi"


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_shipped_profile_names_options_that_the_backend_has(backend: str):
    name = profile_for(f"{backend}:x", shipped())
    assert name not in (None, "generic")
    profile = shipped()[str(name)]
    tables = [profile.options, *profile.sources.values(), *profile.intents.values()]
    named = {option for table in tables for option in table}
    assert named | ({profile.sheet_counter, profile.double_feed_sensor} - {""}) <= BACKENDS[backend]
    words = {str(table["source"]) for table in profile.sources.values() if "source" in table}
    assert words <= SOURCES.get(backend, set())
    assert profile.source in ("", *profile.sources)


def test_every_shipped_profile_is_one_that_is_checked_here():
    matches = {profile_for(f"{backend}:x", shipped()) for backend in BACKENDS}
    assert matches == shipped().keys() - {"generic"}


def test_an_intent_chooses_the_source_by_the_words_of_the_scanner():
    profile = shipped()["kodakaio"]
    duplex = profile.settings("x:0", source="duplex")
    assert (duplex.source, duplex.source_options) == ("Automatic Document Feeder", {"adf-mode": "Duplex"})
    assert (duplex.stack, duplex.two_sided) == (True, True)
    feeder = profile.settings("x:0", source="feeder")
    assert (feeder.stack, feeder.two_sided) == (True, False)
    assert not shipped()["avision"].settings("x:0", source="flatbed").stack


def test_the_word_of_the_scanner_is_known_for_what_it_is():
    assert shipped()["avision"].settings("x:0", source="ADF Duplex").kind == "duplex"
    assert shipped()["avision"].settings("x:0", source="ADF Back").kind is None


def test_a_source_that_the_profile_does_not_know_is_refused():
    with pytest.raises(OptionRefused, match=r"what the source 'duplex' is.*devices --options genesys:1"):
        shipped()["genesys"].settings("genesys:1", source="duplex")


def test_every_key_and_every_intent_of_a_profile_is_explained():
    text = (FOLDER.parents[1] / "docs" / "scanner.md").read_text(encoding="utf-8")
    keys = text.partition("## What does a profile say?")[2].partition("### What is an intent?")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", keys, re.MULTILINE)) == set(ScannerProfile.__struct_fields__)
    intents = text.partition("### What is an intent?")[2].partition("\n### ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", intents, re.MULTILINE)
    assert {name for cell in cells for name in re.findall(r"`(\w+)`", cell)} == set(get_args(Intent)) == set(WORDS)


def test_every_shipped_profile_is_named_in_the_document():
    text = (FOLDER.parents[1] / "docs" / "scanner.md").read_text(encoding="utf-8")
    table = text.partition("## Which scanners were tried?")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([\w-]+)\.toml`", table)) == shipped().keys()
