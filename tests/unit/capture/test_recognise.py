"""What is recognised in the options of real scanners, as their owners published them (scanimage -A)."""

from scanpipe.capture.recognise import recognise
from scanpipe.capture.sane_protocol import DescribedOption
from scanpipe.capture.scanner import OptionValue


def words(name: str, *values: OptionValue) -> DescribedOption:
    kind = "string" if isinstance(values[0], str) else "int"
    return DescribedOption(name=name, title="", kind=kind, unit="", value=values[0], values=list(values), settable=True)


def switch(name: str) -> DescribedOption:
    return DescribedOption(name=name, title="", kind="bool", unit="", value=True, settable=True)


def number(name: str, low: float, high: float, *, unit: str = "", kind: str = "fixed") -> DescribedOption:
    return DescribedOption(name=name, title="", kind=kind, unit=unit, value=low, bounds=(low, high), settable=True)


FUJITSU = [
    words("source", "Flatbed", "ADF Front", "ADF Back", "ADF Duplex"),
    words("mode", "Lineart", "Halftone", "Gray", "Color"),
    number("resolution", 50, 600, unit="dpi", kind="int"),
    number("page-width", 0, 224.846, unit="mm"),
    number("page-height", 0, 2750.47, unit="mm"),
    number("br-x", 0, 227.809, unit="mm"),
    number("br-y", 0, 296.972, unit="mm"),
    switch("df-thickness"),
    words("df-action", "Default", "Continue", "Stop"),
    words("buffermode", "Default", "Off", "On"),
    switch("swdeskew"),
    number("swdespeck", 0, 9, kind="int"),
    switch("swcrop"),
    number("swskip", 0, 100),
]


def test_a_document_scanner_is_recognised_whole():
    proposal = recognise(FUJITSU)
    assert proposal.source == "duplex"
    assert proposal.sources == {
        "flatbed": {"source": "Flatbed"},
        "duplex": {"source": "ADF Duplex"},
        "feeder": {"source": "ADF Front"},
    }
    assert (proposal.mode, proposal.dpi, proposal.page_mm) == ("Color", 300, (210.0, 296.9))
    assert proposal.intents == {
        "double_feed": {"df-action": "Stop", "df-thickness": True},
        "page_length": {"page-width": 210.0, "page-height": 297.0},
        "read_ahead_off": {"buffermode": "Off"},
        "deskew_off": {"swdeskew": False},
        "clean_up_off": {"swdespeck": 0},
        "crop_off": {"swcrop": False},
        "blank_skip_off": {"swskip": 0.0},
    }
    assert list(proposal.intents["double_feed"]) == ["df-action", "df-thickness"]


def test_duplex_that_is_an_option_of_its_own_is_recognised():
    proposal = recognise(
        [words("source", "Flatbed", "Automatic Document Feeder"), words("adf-mode", "Simplex", "Duplex")]
    )
    assert proposal.sources["feeder"] == {"source": "Automatic Document Feeder", "adf-mode": "Simplex"}
    assert proposal.sources["duplex"] == {"source": "Automatic Document Feeder", "adf-mode": "Duplex"}
    kodak = recognise([words("duplex", "front", "back", "both"), words("blankimagemode", "none", "content")])
    assert kodak.sources == {"duplex": {"duplex": "both"}, "feeder": {"duplex": "front"}}
    assert kodak.intents == {"blank_skip_off": {"blankimagemode": "none"}}


def test_what_has_no_plain_value_is_left_to_a_person():
    proposal = recognise([number("multifeed-sensitivity", 1, 9), words("autocrop", "manual", "relative")])
    assert proposal.intents == {}
    assert proposal.unsure == ("multifeed-sensitivity", "autocrop")


def test_the_next_higher_resolution_is_taken_where_there_is_no_300():
    assert recognise([words("resolution", 75, 200, 400, 600)]).dpi == 400
    assert recognise([words("resolution", 75, 200)]).dpi == 200
