"""What a page draws, as events: the same for whoever asks, and within bounds."""

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Matrix, Name, Stream

from scanpipe.pdf.content import follow_page
from scanpipe.pdf.events import (
    Event,
    ImagePlaced,
    LayerDrawn,
    NotThere,
    NotUnderstood,
    PathPainted,
    StreamRead,
    TextShown,
)
from scanpipe.pdf.streams import BeyondBounds, Budget

STROKE, NOTHING = b"500 0 d0 0 0 9 9 re f", b"500 0 d0"


def add_page(pdf: pikepdf.Pdf, content: bytes, glyph: bytes) -> pikepdf.Page:
    """Add a page with an image /Im0, a form /Fm0 that draws it twice as large, fonts and layers."""
    image = pdf.make_indirect(Stream(pdf, b"\0"))
    image.Subtype, image.Width, image.Height = Name.Image, 1, 1
    form = pdf.make_indirect(Stream(pdf, b"/Im0 Do"))
    form.Subtype, form.Matrix = Name.Form, Array([2, 0, 0, 2, 0, 0])
    form.Resources = Dictionary(XObject=Dictionary(Im0=image))
    type3 = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=Stream(pdf, glyph)))
    page = pdf.add_blank_page()
    page.obj.Resources = Dictionary(
        XObject=Dictionary(Im0=image, Fm0=form),
        Font=Dictionary(F1=Dictionary(Subtype=Name.Type1), T3=pdf.make_indirect(type3)),
        ExtGState=Dictionary(G3=Dictionary(Font=Array([pdf.make_indirect(type3), 10]))),
        Properties=Dictionary(
            L1=pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan")),
            R1=pdf.make_indirect(Dictionary(Type=Name.OCMD, P=Name.AllOff)),
        ),
    )
    page.obj.Contents = Stream(pdf, content)
    return page


def drawn(content: bytes, *, glyph: bytes = STROKE, budget: Budget | None = None) -> list[Event]:
    with pikepdf.new() as pdf:
        events = list(follow_page(add_page(pdf, content, glyph), budget))
    return [event for event in events if not isinstance(event, StreamRead)]


@pytest.mark.parametrize("bounded", [False, True])
def test_an_image_in_a_form_is_placed_by_both_matrices(bounded: bool) -> None:
    content = b"q 3 0 0 3 10 0 cm /Fm0 Do Q 1 g /Im0 Do"
    first, second = drawn(content, budget=Budget(1000) if bounded else None)
    assert isinstance(first, ImagePlaced) and isinstance(second, ImagePlaced)
    assert (first.matrix, first.black) == (Matrix(6, 0, 0, 6, 10, 0), True)
    assert (second.matrix, second.black) == (Matrix(), False)


@pytest.mark.parametrize(
    ("content", "visible"),
    [
        (b"BT /F1 9 Tf (a) Tj ET", True),
        (b"BT /F1 9 Tf 3 Tr (a) Tj ET", False),
        (b"BT /F1 9 Tf 7 Tr [(a) -20] TJ ET", False),
        (b"q 3 Tr Q BT /F1 9 Tf (a) Tj ET", True),
        (b"3 Tr BT /T3 9 Tf (a) Tj ET", True),
        (b"3 Tr /G3 gs BT (a) Tj ET", True),
        (b"3 Tr BT /T3 9 Tf /F1 9 Tf (a) Tj ET", False),
    ],
)
def test_text_is_seen_by_its_mode_but_for_type_3_fonts(content: bytes, visible: bool) -> None:
    assert drawn(content) == [TextShown(visible=visible)]


def test_glyphs_that_paint_nothing_are_not_seen() -> None:
    assert drawn(b"BT /T3 9 Tf (a) Tj ET", glyph=NOTHING) == [TextShown(visible=False)]


def test_a_glyph_that_is_written_in_its_own_font_is_no_endless_loop() -> None:
    text = b"BT /T3 9 Tf (a) Tj ET"
    assert drawn(text, glyph=text) == [TextShown(visible=True)]


def test_only_a_path_that_is_there_is_painted_and_only_text_with_characters_is_shown() -> None:
    assert drawn(b"f 0 0 9 9 re W n f BT () Tj [-20] TJ ET") == []
    assert drawn(b"0 0 9 9 re f sh") == [PathPainted(), PathPainted()]


def test_what_belongs_to_layers_is_told() -> None:
    content = b"/OC /L1 BDC EMC /OC /R1 BDC EMC /Artifact <<>> BDC EMC"
    assert drawn(content) == [LayerDrawn(plain=True), LayerDrawn(plain=False)]


def test_what_is_not_there_or_not_understood_is_told_and_the_rest_goes_on() -> None:
    missing, malformed, path = drawn(b"/Im9 Do Tr 0 0 9 9 re f")
    assert missing == NotThere() and path == PathPainted()
    assert isinstance(malformed, NotUnderstood) and isinstance(malformed.error, IndexError)


@pytest.mark.parametrize(
    "content", [b"/Im0 Do " * 10_001, b"/Fm0 Do " * 1001, b"1 0 0 1 0 cm", b"% " + bytes(range(48, 90)) * 30]
)
def test_more_than_a_scan_has_is_refused(content: bytes) -> None:
    with pytest.raises(BeyondBounds):
        drawn(content, budget=Budget(1000 if content.startswith(b"%") else 1_000_000))
