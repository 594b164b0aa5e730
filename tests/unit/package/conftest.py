"""Small packages, made by scanpipe's own writers around PDFs of one flat picture a page."""

import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from scanpipe.model import Book, BookId, CaseKey, Page, PageSet, Part
from scanpipe.package.naming.convention import Convention
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from scanpipe.package.zips.bundle import Member, write_zip

DEFAULT = Path(__file__).parents[3] / "configs" / "conventions" / "default.toml"
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>B'
    b'</pdfaid:conformance>%b</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)
TITLE = (
    b'<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Alt><rdf:li xml:lang="x-default">%b</rdf:li>'
    b"</rdf:Alt></dc:title>"
)


@lru_cache(maxsize=32)
def flat_pixels(count: int) -> bytes:
    return zlib.compress(bytes(count), 1)


def make_pdf(
    *,
    pages: int = 1,
    dpi: float = 200,
    colour: bool = True,
    text: bool = True,
    pdfa: bool = True,
    in_form: bool = False,
    size_mm: tuple[float, float] = (210, 297),
    title: str = "",
) -> bytes:
    pdf = pikepdf.new()
    width_pt, height_pt = (side / 25.4 * 72 for side in size_mm)
    width, height = (round(side / 25.4 * dpi) for side in size_mm)
    channels = 3 if colour else 1
    image = Stream(pdf, flat_pixels(width * height * channels))
    image.Type, image.Subtype, image.Filter = Name.XObject, Name.Image, Name.FlateDecode
    image.Width, image.Height, image.BitsPerComponent = width, height, 8
    image.ColorSpace = Name.DeviceRGB if colour else Name.DeviceGray
    draw = f"q {width_pt} 0 0 {height_pt} 0 0 cm /Im0 Do Q"
    words = "BT 3 Tr /F1 10 Tf 20 20 Td (word) Tj ET" if text else ""
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image)), Font=Dictionary(F1=font))
    content = f"{draw} {words}".encode()
    if in_form:
        form = Stream(pdf, content)
        form.Type, form.Subtype, form.Resources = Name.XObject, Name.Form, resources
        form.BBox = Array([0, 0, width_pt, height_pt])
        resources, content = Dictionary(XObject=Dictionary(Fm0=pdf.make_indirect(form))), b"/Fm0 Do"
    for _page in range(pages):
        pdf.add_blank_page(page_size=(width_pt, height_pt))
        pdf.pages[-1].obj.Resources = resources
        pdf.pages[-1].obj.Contents = Stream(pdf, content)
    if pdfa:
        pdf.Root.Metadata = Stream(pdf, XMP % (TITLE % title.encode() if title else b""))
        profile = Stream(pdf, bytes(36) + b"acsp" + bytes(100))
        profile.N = 3
        intent = Dictionary(Type=Name.OutputIntent, S=Name.GTS_PDFA1, DestOutputProfile=pdf.make_indirect(profile))
        pdf.Root.OutputIntents = Array([intent])
    if title:
        pdf.docinfo.Title = title
    stream = io.BytesIO()
    pdf.save(stream, deterministic_id=True, min_version="1.7", compress_streams=False)
    return stream.getvalue()


@pytest.fixture(scope="session")
def convention() -> Convention:
    return msgspec.toml.decode(DEFAULT.read_bytes(), type=Convention)


@pytest.fixture(scope="session")
def book() -> Book:
    identity = BookId(unit_code="14758", unit_list="2025-07-01", kind="KS", year=2010, volume=1)
    return Book(id=identity, unit_name="Phường Hàm Rồng")


@pytest.fixture(scope="session")
def sets() -> tuple[PageSet, ...]:
    return (
        PageSet(key=CaseKey(year=2010, number="1"), pages=(Page(part=Part.BODY, number=1),)),
        PageSet(
            key=CaseKey(year=2010, number="2a"),
            pages=(Page(part=Part.BODY, number=2), Page(part=Part.BODY, number=3)),
            registered=date(2010, 12, 30),
        ),
        PageSet(
            key=CaseKey(year=2011, number="1"), pages=(Page(part=Part.BODY, number=4),), registered=date(2011, 1, 4)
        ),
    )


@pytest.fixture(scope="session")
def pdf_bytes() -> Callable[..., bytes]:
    return make_pdf


@dataclass(frozen=True, slots=True)
class Package:
    folder: Path
    zip: Path
    workbook: Path
    pdfs: dict[str, bytes]


@pytest.fixture
def package(tmp_path: Path, convention: Convention, book: Book, sets: tuple[PageSet, ...]) -> Package:
    """A good package without a manifest: three cases, one of them of two pages, one of the year after."""
    source = tmp_path / "source"
    source.mkdir()
    names = {convention.pdf_name(book.id, found.key): len(found.pages) for found in sets}
    pdfs = {name: make_pdf(pages=pages, title=name.removesuffix(".pdf")) for name, pages in names.items()}
    for name, data in pdfs.items():
        (source / name).write_bytes(data)
    folder = tmp_path / "r1"
    folder.mkdir()
    target = folder / convention.zip_name(book.id)
    write_zip(target, [Member(name=name, path=source / name) for name in pdfs])
    workbook = folder / convention.workbook_name(book.id)
    workbook.write_bytes(
        write_workbook(known_cells(case_rows(book, sets), convention.workbook), kind="KS", rules=convention.workbook)
    )
    return Package(folder, target, workbook, pdfs)


@pytest.fixture(scope="session")
def digest() -> Callable[[bytes], str]:
    return lambda data: sha256(data).hexdigest()
