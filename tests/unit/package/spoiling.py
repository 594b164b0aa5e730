"""What ways to spoil a package are made of; `WAYS` maps the name of each to it and to the code it must lead to."""

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import openpyxl
import pikepdf
from pikepdf import Name

from scanpipe.package.reports.manifest import Manifest, encode_manifest, read_manifest
from tests.unit.package.conftest import make_pdf
from tests.unit.package.good import A6_MM, Good

Way = Callable[[Good], None]
WAYS: dict[str, tuple[Way, str]] = {}
FIRST, SECOND = "KS.2010.01.001.pdf", "KS.2010.01.002.pdf"


def leads_to(code: str) -> Callable[[Way], Way]:
    def register(way: Way) -> Way:
        assert way.__name__ not in WAYS
        WAYS[way.__name__] = (way, code)
        return way

    return register


def scan(**traits: object) -> bytes:
    return make_pdf(**{"size_mm": A6_MM, **traits})  # type: ignore[arg-type]


def edit(good: Good, change: Callable[[bytes], bytes]) -> None:
    good.zips[0].write_bytes(change(good.zips[0].read_bytes()))


def put(
    good: Good, members: dict[str, bytes], *, method: int = zipfile.ZIP_STORED, again: tuple[str, bytes] | None = None
) -> None:
    """Write the ZIP anew, as any program may."""
    with zipfile.ZipFile(good.zips[0], "w", method) as archive:
        for name, data in [*members.items(), *([again] if again else [])]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)


def rename(good: Good, old: str, new: str) -> None:
    put(good, {new if name == old else name: data for name, data in good.pdfs.items()})


def change_pdf(good: Good, change: Callable[[pikepdf.Pdf], object], **options: object) -> None:
    """Change the first PDF and put it back."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(good.pdfs[FIRST])) as pdf:
        change(pdf)
        pdf.save(stream, min_version="1.7", **options)  # type: ignore[arg-type]
    put(good, {**good.pdfs, FIRST: stream.getvalue()})


def put_jpeg(pdf: pikepdf.Pdf, spoil: Callable[[bytes], bytes], scale: int = 1, form: str = "JPEG") -> None:
    from PIL import Image

    image = pdf.pages[0].resources.XObject.Im0
    stream = io.BytesIO()
    size = int(image.Width) // scale, int(image.Height) // scale
    options = {"quality": 20} if form == "JPEG" else {"quality_mode": "rates", "quality_layers": [50]}
    Image.effect_noise(size, 80).convert("RGB").save(stream, form, **options)
    image.write(spoil(stream.getvalue()), filter=Name.DCTDecode if form == "JPEG" else Name.JPXDecode)


def change_sheet(good: Good, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> None:
    """Change the sheet of cases as a person does in a spreadsheet program."""
    book = openpyxl.load_workbook(good.workbook)
    change(book["DL Import"])
    book.save(good.workbook)


def type_cell(good: Good, column: str, value: object) -> None:
    """Type a value into the first case's row."""

    def type_in(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        headers = [cell.value for cell in sheet[1]]
        sheet.cell(2, headers.index(column) + 1).value = value

    change_sheet(good, type_in)


def change_manifest(good: Good, change: Callable[[object], object]) -> None:
    manifest: Manifest = read_manifest(good.manifest)
    first, *others = manifest.files
    good.manifest.write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=(change(first), *others))))


def change_whole_manifest(good: Good, **changes: object) -> None:
    good.manifest.write_bytes(encode_manifest(msgspec.structs.replace(read_manifest(good.manifest), **changes)))


def copy_of(good: Good, folder: Path) -> Good:
    """Return the same package in another folder, to be spoiled."""
    shutil.copytree(good.folder, folder)
    zips = tuple(folder / path.name for path in good.zips)
    return replace(
        good, folder=folder, zips=zips, workbook=folder / good.workbook.name, manifest=folder / "manifest.json"
    )
