import io
import zlib

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from scanpipe.errors import PackageError
from scanpipe.package.verify.inspect import inspect_pdf


def put_jpeg(pdf: pikepdf.Pdf, *, cut: int = 0) -> None:
    """Make the first page's picture a JPEG that was deflated once more."""
    image, stream = pdf.pages[0].resources.XObject.Im0, io.BytesIO()
    Image.effect_noise((int(image.Width), int(image.Height)), 80).convert("RGB").save(stream, "JPEG", quality=20)
    data = stream.getvalue()
    wrapped = zlib.compress(data[: len(data) - cut])
    image.write(wrapped, filter=Array([Name.FlateDecode, Name.DCTDecode]))


def changed(data: bytes, change) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("in_form", [False, True])
def test_facts_of_a_scan(pdf_bytes, in_form: bool) -> None:
    facts = inspect_pdf(pdf_bytes(pages=2, dpi=150, in_form=in_form))
    page = facts.pages[1]
    assert len(facts.pages) == 2
    assert (page.width_mm, page.height_mm) == pytest.approx((210, 297), abs=0.1)
    assert page.dpi == pytest.approx(150, rel=0.002)
    assert page.colour and page.text
    assert (facts.pdfa_part, facts.pdfa_conformance, facts.output_intent) == (2, "B", True)
    assert not (facts.encrypted or facts.active or facts.attachments)
    assert facts.a4_equivalents == pytest.approx(2, abs=0.01)


def test_facts_of_a_plain_grey_page(pdf_bytes) -> None:
    facts = inspect_pdf(pdf_bytes(colour=False, text=False, pdfa=False, size_mm=(420, 297)))
    assert not facts.pages[0].colour and not facts.pages[0].text
    assert (facts.pdfa_part, facts.output_intent) == (None, False)
    assert facts.a4_equivalents == pytest.approx(2, abs=0.01)


def test_a_turned_page_has_its_sides_as_seen(pdf_bytes) -> None:
    page = inspect_pdf(changed(pdf_bytes(), lambda pdf: pdf.pages[0].rotate(90, relative=False))).pages[0]
    assert page.width_mm > page.height_mm


def test_a_small_picture_does_not_give_the_page_its_resolution(pdf_bytes) -> None:
    def shrink(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = Stream(pdf, b"q 100 0 0 100 0 0 cm /Im0 Do Q")

    assert inspect_pdf(changed(pdf_bytes(), shrink)).pages[0].dpi == 0


@pytest.mark.parametrize(
    ("space", "colour"),
    [
        (Array([Name.Indexed, Name.DeviceRGB, 1, b"\0" * 6]), True),
        (Array([Name.Indexed, Name.DeviceGray, 1, b"\0\1"]), False),
        (Name.DeviceCMYK, True),
        (Array([Name.CalRGB, Dictionary()]), True),
        (Array([Name.CalGray, Dictionary()]), False),
        (Array([Name.Indexed, Array([Name.CalRGB, Dictionary()]), 1, b"\0" * 6]), True),
        (Array([Name.DeviceGray]), False),
    ],
)
def test_colour_is_told_from_the_colour_space(pdf_bytes, space: pikepdf.Object, colour: bool) -> None:
    def recolour(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].resources.XObject.Im0.ColorSpace = space

    assert inspect_pdf(changed(pdf_bytes(), recolour)).pages[0].colour is colour


@pytest.mark.parametrize(
    "action",
    [Dictionary(S=Name.JavaScript, JS="app.alert(1)"), Dictionary(S=Name.Launch, F="cmd.exe")],
)
def test_scripts_and_programs_are_found(pdf_bytes, action: Dictionary) -> None:
    assert inspect_pdf(changed(pdf_bytes(), lambda pdf: setattr(pdf.Root, "OpenAction", action))).active


def test_attachments_are_found(pdf_bytes) -> None:
    def attach(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["x.txt"] = b"x"

    assert inspect_pdf(changed(pdf_bytes(), attach)).attachments


def test_encryption_is_found_with_and_without_a_password(pdf_bytes) -> None:
    for user, locked in (("", False), ("secret", True)):
        stream = io.BytesIO()
        with pikepdf.open(io.BytesIO(pdf_bytes())) as pdf:
            pdf.save(stream, encryption=pikepdf.Encryption(owner="owner", user=user))
        if locked:
            with pytest.raises(PackageError, match="password"):
                inspect_pdf(stream.getvalue())
        else:
            assert inspect_pdf(stream.getvalue()).encrypted


def test_content_that_unpacks_to_far_too_much_is_refused(pdf_bytes) -> None:
    def swell(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = Stream(pdf, b" " * 2_000_000)

    with pytest.raises(PackageError, match="too large for a scan"):
        inspect_pdf(changed(pdf_bytes(), swell))


def test_forms_that_draw_each_other_without_end_are_refused(pdf_bytes) -> None:
    def nest(pdf: pikepdf.Pdf) -> None:
        form = pdf.make_indirect(Stream(pdf, b"/Fm0 Do " * 20))
        form.Subtype, form.Resources = Name.Form, Dictionary(XObject=Dictionary(Fm0=form))
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Fm0=form))
        pdf.pages[0].obj.Contents = Stream(pdf, b"/Fm0 Do")

    with pytest.raises(PackageError, match="nested forms"):
        inspect_pdf(changed(pdf_bytes(), nest))


@settings(deadline=None, derandomize=True, max_examples=150)
@given(data=st.data())
def test_a_damaged_pdf_is_read_or_refused_and_nothing_else(pdf_bytes, data: st.DataObject) -> None:
    content = bytearray(pdf_bytes(dpi=10))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    try:
        inspect_pdf(bytes(content))
    except PackageError as error:
        assert str(error.text)


def test_the_reason_names_the_damage_and_no_address_in_memory() -> None:
    with pytest.raises(PackageError, match=r"^it cannot be read as a PDF \(can't find startxref\)$"):
        inspect_pdf(b"%PDF-1.7 torn")


def test_content_that_ends_in_the_middle_is_damage(pdf_bytes) -> None:
    def tear(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Contents = Stream(pdf, b"q 595 0 0 842 0 0 cm /Im0 Do Q BT (wor")

    with pytest.raises(PackageError, match="cannot be read"):
        inspect_pdf(changed(pdf_bytes(), tear))


@pytest.mark.parametrize(
    ("content", "painted"),
    [
        (b"1 g 0 0 600 900 re f\n%s", False),
        (b"%s\n1 g 0 0 60 90 re f", True),
        (b"%s\nf", False),
        (b"%s\n0 0 60 90 re W n f", False),
    ],
)
def test_only_what_is_painted_over_a_picture_counts(pdf_bytes, content: bytes, painted: bool) -> None:
    def paint(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        page.Contents = Stream(pdf, content.replace(b"%s", page.Contents.read_bytes()))

    (page,) = inspect_pdf(changed(pdf_bytes(), paint)).pages
    assert page.overpainted is painted


def test_a_jpeg_that_was_deflated_once_more_is_whole_unless_it_was_cut_off(pdf_bytes) -> None:
    assert inspect_pdf(changed(pdf_bytes(), put_jpeg)).pages[0].decodable
    assert not inspect_pdf(changed(pdf_bytes(), lambda pdf: put_jpeg(pdf, cut=2000))).pages[0].decodable


def test_a_profile_in_letters_is_no_reason_to_refuse_a_pdf(pdf_bytes) -> None:
    def wrap(pdf: pikepdf.Pdf) -> None:
        profile = pdf.Root.OutputIntents[0].DestOutputProfile
        profile.write(profile.read_bytes().hex().encode() + b">", filter=Name.ASCIIHexDecode)

    assert inspect_pdf(changed(pdf_bytes(), wrap)).output_intent


def test_layers_that_are_all_shown_are_not_hidden(pdf_bytes) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan"))
        usual = Dictionary(BaseState=Name.OFF, ON=Array([layer]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=usual)

    assert not inspect_pdf(changed(pdf_bytes(), add)).hidden_layers


@pytest.mark.parametrize(("category", "state"), [("View", "ViewState"), ("Print", "PrintState")])
@pytest.mark.parametrize("off", [True, False])
def test_layers_that_are_off_by_how_the_file_is_used_are_hidden(
    pdf_bytes, category: str, state: str, off: bool
) -> None:
    def add(pdf: pikepdf.Pdf) -> None:
        usage = Dictionary({f"/{category}": Dictionary({f"/{state}": Name.OFF if off else Name.ON})})
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan", Usage=usage))
        event = Dictionary(Event=Name(f"/{category}"), OCGs=Array([layer]), Category=Array([Name(f"/{category}")]))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(AS=Array([event])))

    assert inspect_pdf(changed(pdf_bytes(), add)).hidden_layers is off


def test_type_3_text_over_a_picture_is_painted_in_whatever_mode(pdf_bytes) -> None:
    def write(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0].obj
        glyph = Stream(pdf, b"500 0 d0 0 0 500 500 re f")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type3, CharProcs=Dictionary(a=glyph))
        page.Resources.Font.T3 = pdf.make_indirect(font)
        page.Contents = Stream(pdf, page.Contents.read_bytes() + b" BT 3 Tr /T3 10 Tf (a) Tj ET")

    assert not inspect_pdf(pdf_bytes()).pages[0].overpainted
    assert inspect_pdf(changed(pdf_bytes(), write)).pages[0].overpainted
