import io

import pikepdf
import pytest

from scanpipe.package.verify.inspect import inspect_pdf
from scanpipe.package.verify.metadata import pdfa_level


def titled(data: bytes, info: object, xmp: bytes | None = None) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.trailer.Info = pdf.make_indirect(pikepdf.Dictionary(Title=info))
        if xmp is not None:
            pdf.Root.Metadata = pikepdf.Stream(pdf, xmp)
        pdf.save(stream)
    return stream.getvalue()


def test_the_titles_of_a_pdf_are_read_from_both_places(pdf_bytes) -> None:
    assert inspect_pdf(pdf_bytes()).titles == ()
    assert inspect_pdf(pdf_bytes(title="KS.2010.01.001")).titles == ("KS.2010.01.001",)
    assert inspect_pdf(titled(pdf_bytes(title="one"), "two")).titles == ("one", "two")
    assert inspect_pdf(pdf_bytes(title="Sổ &#75;S")).titles[0] == "Sổ KS"


@pytest.mark.parametrize(
    "title", [pikepdf.String(""), 7, pikepdf.Name.Title, pikepdf.Object.parse(b"<EFBBBFFF>"), pikepdf.Array([])]
)
def test_a_title_that_cannot_be_read_is_none(pdf_bytes, title: object) -> None:
    assert inspect_pdf(titled(pdf_bytes(), title)).titles == ()


@pytest.mark.parametrize("xmp", [b"<dc:title", b"</dc:title><dc:title>", b"<dc:title>\xff</dc:title>", b"<dc:title/>"])
def test_damaged_xmp_gives_no_name(pdf_bytes, xmp: bytes) -> None:
    assert inspect_pdf(titled(pdf_bytes(), "", xmp)).titles in ((), ("\ufffd",))


@pytest.mark.timeout(60)  # in proportion to the square of it, it would take far longer
@pytest.mark.parametrize("piece", [b"pdfaid:part ", b"pdfaid:part=", b"pdfaid:part" + b" " * 40, b"<dc:title>", b">"])
def test_searching_hostile_xmp_takes_time_in_proportion_to_its_size(pdf_bytes, piece: bytes) -> None:
    xmp = piece * (1_000_000 // len(piece))
    assert pdfa_level(xmp) == (None, "")
    assert inspect_pdf(titled(pdf_bytes(), "", xmp)).titles == ()
