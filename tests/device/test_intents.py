"""What is wanted of a scanner, whatever it calls it: set and read back, told or refused where it is lacking."""

import pytest

from scanpipe.capture.intents import missed
from scanpipe.capture.profile import EndorserOptions, ScannerProfile
from scanpipe.capture.sane import SaneScanner
from scanpipe.capture.scanner import Endorser
from scanpipe.errors import OptionRefused, PaperJam
from tests.device.conftest import FEEDER, Settings

# Of libsane's test device: "read-delay-duration" can be set once "read-delay" is on.
SLOW = {"read-delay": True, "read-delay-duration": 2000}
COUNTING = {"enable-test-options": True, "int": 41, "int-constraint-range": 6}


def test_options_of_an_intent_are_set_in_order_and_read_back(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(intents={"page_length": SLOW})) as session:
        page = session.scan(1)
    assert session.lacking == ()
    assert {name: page.settings[name] for name in SLOW} == SLOW


def test_options_that_the_scanner_does_not_have_are_passed_over(scanner: SaneScanner, settings: Settings):
    wanted = {"double_feed": {"df-length": True}, "crop_off": {"swcrop": False, "hand-scanner": False}}
    with scanner.open(settings(source=FEEDER, intents=wanted)) as session:
        assert session.lacking == ("double_feed",)
        assert session.scan(1).settings.keys() >= {"hand-scanner"}
    assert missed(settings(source=FEEDER, intents=wanted), session.lacking) == ("double_feed",)


@pytest.mark.parametrize(
    "options",
    [
        {"no-such": True},
        {"test-picture": "No such picture"},
        {"read-delay-duration": 2000},
        {"three-pass-order": "RGB"},
    ],
)
def test_an_option_that_is_not_there_now_or_lacks_the_word_is_lacking(
    scanner: SaneScanner, settings: Settings, options: dict[str, bool | str | int]
):
    with scanner.open(settings(intents={"endorser": options})) as session:
        assert session.lacking == ("endorser",)


def test_a_value_that_is_taken_otherwise_is_refused(scanner: SaneScanner, settings: Settings):
    with pytest.raises(OptionRefused, match="ppl-loss = 129; it uses 128"):
        scanner.open(settings(intents={"page_length": {"ppl-loss": 129}})).__enter__()


@pytest.mark.parametrize("intents", [{}, {"double_feed": {"df-length": True}}])
def test_what_is_required_and_lacking_is_refused(
    scanner: SaneScanner, settings: Settings, intents: dict[str, dict[str, bool]]
):
    with pytest.raises(OptionRefused, match="cannot do what its profile requires: stop at a double feed"):
        scanner.open(settings(intents=intents, required=("double_feed",))).__enter__()


def test_a_lack_matters_for_a_stack_of_sheets_only(settings: Settings):
    assert missed(settings(source=FEEDER), ()) == ("double_feed",)
    assert missed(settings(source="Flatbed"), ("double_feed", "endorser")) == ()
    named = settings(source=FEEDER, intents={"double_feed": {"x": 1}, "crop_off": {"y": 0}})
    assert missed(named, ("crop_off",)) == ()


def test_a_source_may_take_more_than_one_option(scanner: SaneScanner):
    profile = ScannerProfile(
        match="*", dpi=75, mode="Gray", sources={"duplex": {"source": FEEDER, "hand-scanner": False}}, source="duplex"
    )
    with scanner.open(profile.settings("test:0")) as session:
        sides = [session.scan(position).side for position in (1, 2, 3)]
    assert sides == ["front", "back", "front"]


def test_the_counter_of_the_scanner_tells_how_many_sheets_it_moved(scanner: SaneScanner, settings: Settings):
    with scanner.open(settings(source=FEEDER, options=COUNTING, sheet_counter="int")) as session:
        session.scan(1)
        assert session.sheets_moved() == 0  # the test device counts nothing
    with scanner.open(settings(source=FEEDER, sheet_counter="total-counter")) as session:
        assert session.sheets_moved() is None


@pytest.mark.parametrize(("duplex", "numbers"), [(False, [41, 47, 53]), (True, [41, 41, 47])])
def test_the_number_that_is_printed_on_a_sheet_is_told(
    scanner: SaneScanner, settings: Settings, duplex: bool, numbers: list[int]
):
    printed = settings(
        source=FEEDER,
        duplex=duplex,
        options=COUNTING,
        endorser=Endorser(number="int", step="int-constraint-range"),
    )
    with scanner.open(printed) as session:
        assert [session.scan(position).printed for position in (1, 2, 3)] == numbers


def test_a_profile_names_the_options_of_the_endorser():
    profile = ScannerProfile(match="*", endorser=EndorserOptions(number="endorser-val"))
    assert profile.settings("x:0").endorser == Endorser(number="endorser-val", step="")


@pytest.mark.parametrize(("sensor", "told"), [("hand-scanner", False), ("enable-test-options", True)])
def test_a_double_feed_is_told_from_paper_that_is_stuck_where_the_scanner_has_a_sensor(
    scanner: SaneScanner, settings: Settings, sensor: str, told: bool
):
    jam = {"enable-test-options": True, "read-return-value": "SANE_STATUS_JAMMED"}
    stuck = settings(source=FEEDER, options=jam, double_feed_sensor=sensor)
    with scanner.open(stuck) as session, pytest.raises(PaperJam) as caught:
        session.scan(4)
    assert ("two sheets at once" in str(caught.value)) is told
    assert "test:0, picture 4" in str(caught.value)
