"""Whatever starts, sends, holds or hides something is found, however deep and in whatever part of the PDF it stands."""

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from scanpipe.errors import PackageError
from scanpipe.package.verify import graph
from scanpipe.package.verify.facts import PdfFacts
from scanpipe.package.verify.inspect import inspect_pdf
from tests.unit.package.conftest import make_pdf
from tests.unit.package.raw_pdfs import changed_page_pdf, page_pdf, raw_pdf, table

LAUNCH = b"<</S/Launch/F(cmd.exe)>>"


def behind(depth: int, within: Callable[[bytes], bytes]) -> bytes:
    """Return a program to start, so deep within direct values."""
    value = LAUNCH
    for _step in range(depth):
        value = within(value)
    return value


def following(action: bytes) -> bytes:
    return b"<</S/GoTo/D[3 0 R]/Next%b>>" % action


@pytest.mark.parametrize("depth", [1, 9, 200, 490])
@pytest.mark.parametrize("within", [following, lambda value: b"[%b]" % value, lambda value: b"<</A%b>>" % value])
def test_a_program_is_found_however_deep_it_stands(depth: int, within: Callable[[bytes], bytes]) -> None:
    assert inspect_pdf(raw_pdf(behind(depth, within))).active
    assert not inspect_pdf(raw_pdf(b"<</S/GoTo/D[3 0 R]>>")).active


def test_what_is_deeper_than_the_parser_follows_is_refused() -> None:
    for depth in (600, 2_000):
        with pytest.raises(PackageError, match="nested too deep"):
            inspect_pdf(raw_pdf(behind(depth, following)))


def test_more_values_than_are_looked_at_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "_MAX_VALUES", 5_000)
    with pytest.raises(PackageError, match="too many"):
        inspect_pdf(raw_pdf(b"[%b]" % (b"[]" * 6_000)))


def test_the_trailer_is_looked_at_too() -> None:
    data = raw_pdf(b"null").replace(b"trailer<<", b"trailer<</X<</A%b>>" % LAUNCH)
    assert inspect_pdf(data).active


def changed(change: Callable[[Pdf], object], **options: object) -> PdfFacts:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf(size_mm=(105, 148)))) as pdf:
        change(pdf)
        pdf.save(stream, **options)  # type: ignore[arg-type]
    return inspect_pdf(stream.getvalue())


def test_objects_in_streams_are_looked_at() -> None:
    def add(pdf: Pdf) -> None:
        pdf.Root.Spare = pdf.make_indirect(Dictionary(S=Name.Launch, F="cmd.exe"))

    assert changed(add, object_stream_mode=pikepdf.ObjectStreamMode.generate).active


def test_an_object_that_only_a_hybrid_table_names_is_looked_at() -> None:
    """Readers of PDF 1.4 do not see it, all others do (ISO 32000-1, 7.5.8.4)."""
    data = raw_pdf()[: raw_pdf().index(b"xref")]
    places = [data.index(b"%d 0 obj" % number) for number in (1, 2, 3)]
    hidden = len(data)
    data += b"4 0 obj\n%b\nendobj\n" % LAUNCH
    rows = zlib.compress(b"\x01" + hidden.to_bytes(3, "big") + b"\x00")
    stream = len(data)
    keys = b"/Type/XRef/W[1 3 1]/Index[4 1]/Size 5/Filter/FlateDecode/Length %d" % len(rows)
    data += b"5 0 obj\n<<%b>>stream\n%b\nendstream\nendobj\n" % (keys, rows)
    assert inspect_pdf(data + table(places, len(data), first=0, more=b"/XRefStm %d" % stream)).active


@pytest.mark.parametrize(
    "action",
    [
        Dictionary(S=Name.Named, N=Name.Print),
        Dictionary(S=Name.URI, URI="http://example.org"),
        Dictionary(S=Name.GoToR, F="other.pdf"),
        Dictionary(S=Name.RichMediaExecute),
        Dictionary(S=Name.SetOCGState),
        Dictionary(S=Name.Hide),
    ],
)
def test_actions_that_do_more_than_turn_pages_are_found(action: Dictionary) -> None:
    assert changed(lambda pdf: pdf.pages[0].obj.__setattr__("AA", Dictionary(O=action))).active


def test_turning_pages_is_no_action_to_refuse() -> None:
    assert not changed(lambda pdf: setattr(pdf.Root, "OpenAction", Dictionary(S=Name.Named, N=Name.NextPage))).active


def test_files_are_found_wherever_they_hang() -> None:
    def pin(pdf: Pdf) -> None:
        file = pdf.make_indirect(Dictionary(Type=Name.Filespec, F="x", EF=Dictionary(F=Stream(pdf, b"x"))))
        pdf.pages[0].obj.PieceInfo = Dictionary(Own=Array([Array([Dictionary(Private=file)])]))

    assert changed(pin).attachments


def test_a_picture_that_lies_in_another_file_is_found() -> None:
    assert changed(
        lambda pdf: setattr(pdf.pages[0].resources.XObject.Im0, "F", pikepdf.String("//host/x"))
    ).external_parts


def field(pdf: Pdf, kind: Name) -> None:
    look = Stream(pdf, b"1 g 0 0 200 200 re f")
    parent = pdf.make_indirect(Dictionary(FT=kind, T="x", Kids=Array()))
    over = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[0, 0, 200, 200], Parent=parent, AP=Dictionary(N=look))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(over)])
    parent.Kids = Array([pdf.pages[0].obj.Annots[0]])
    pdf.Root.AcroForm = Dictionary(Fields=Array([parent]))


def test_a_field_that_shows_something_lies_over_the_page_unless_it_is_a_signature() -> None:
    assert changed(lambda pdf: field(pdf, Name.Tx)).has_overlay_annotations
    assert not changed(lambda pdf: field(pdf, Name.Sig)).has_overlay_annotations


def test_content_that_a_rule_hides_is_found() -> None:
    def hide(pdf: Pdf) -> None:
        layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="scan"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())
        pdf.pages[0].resources.XObject.Im0.OC = Dictionary(Type=Name.OCMD, OCGs=layer, P=Name.AllOff)

    assert changed(hide).hidden_layers


def test_a_form_deeper_than_is_followed_is_refused() -> None:
    def nest(pdf: Pdf) -> None:
        inner = pdf.make_indirect(Stream(pdf, b"1 g 0 0 600 900 re f"))
        inner.Subtype = Name.Form
        for _step in range(20):
            outer = pdf.make_indirect(Stream(pdf, b"/Fm0 Do"))
            outer.Subtype, outer.Resources = Name.Form, Dictionary(XObject=Dictionary(Fm0=inner))
            inner = outer
        pdf.pages[0].resources.XObject.Fm0 = inner
        pdf.pages[0].contents_add(b"/Fm0 Do")

    with pytest.raises(PackageError, match="nested forms"):
        changed(nest)


def test_what_was_hidden_by_adding_to_the_file_is_found() -> None:
    before = raw_pdf(LAUNCH)
    assert inspect_pdf(before).active
    later = before + b"4 0 obj\nnull\nendobj\n"
    prev = b"/Prev %d" % before.index(b"xref\n")
    facts = inspect_pdf(later + table([len(before)], len(later), first=4, more=prev))
    assert facts.active and not facts.earlier_pages


def test_pages_that_showed_something_else_before_are_told() -> None:
    facts = inspect_pdf(changed_page_pdf())
    assert facts.earlier_pages and not facts.active
    assert not inspect_pdf(page_pdf()).earlier_pages


def test_a_file_that_was_added_to_without_end_is_refused() -> None:
    with pytest.raises(PackageError, match="too many times"):
        inspect_pdf(raw_pdf(b"(%b)" % (b"%%EOF" * 50)))


def progressive(size: tuple[int, int], scans: int) -> bytes:
    """Return a progressive JPEG whose last scan comes so often."""
    from PIL import Image

    stream = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(stream, "JPEG", progressive=True, quality=20)
    data = stream.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * scans + data[-2:]


def test_a_jpeg_of_a_thousand_scans_is_not_decoded() -> None:
    def put(pdf: Pdf, jpeg: bytes) -> None:
        pdf.pages[0].resources.XObject.Im0.write(jpeg, filter=Name.DCTDecode)

    with pytest.raises(PackageError, match="too many scans"):
        changed(lambda pdf: put(pdf, progressive((64, 64), 1000)))
    assert changed(lambda pdf: put(pdf, progressive((827, 1165), 0))).pages[0].decodable


def test_a_picture_in_many_wrappings_is_not_unpacked() -> None:
    def wrap(pdf: Pdf) -> None:
        image, data = pdf.pages[0].resources.XObject.Im0, b"x"
        for _turn in range(30):
            data = zlib.compress(data)
        image.write(data, filter=Array([Name.FlateDecode] * 30))

    with pytest.raises(PackageError, match="too many layers of compression"):
        changed(wrap, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def test_a_picture_that_is_placed_without_end_is_refused() -> None:
    def place(pdf: Pdf) -> None:
        pdf.pages[0].contents_add(b"/Im0 Do " * 10_001)

    with pytest.raises(PackageError, match="too many pictures"):
        changed(place)
