"""What corruptions of a package are made of; `CORRUPTIONS` maps each name to one, and to the code it must lead to."""

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
from tests.unit.package.valid_package import A6_MM, ValidPackage

Corruption = Callable[[ValidPackage], None]
CORRUPTIONS: dict[str, tuple[Corruption, str]] = {}
FIRST, SECOND = "KS.2010.01.001.pdf", "KS.2010.01.002.pdf"


def leads_to(code: str) -> Callable[[Corruption], Corruption]:
    def register(corruption: Corruption) -> Corruption:
        assert corruption.__name__ not in CORRUPTIONS
        CORRUPTIONS[corruption.__name__] = (corruption, code)
        return corruption

    return register


def scan(**traits: object) -> bytes:
    return make_pdf(**{"size_mm": A6_MM, **traits})  # type: ignore[arg-type]


def edit(package: ValidPackage, change: Callable[[bytes], bytes]) -> None:
    package.zips[0].write_bytes(change(package.zips[0].read_bytes()))


def put(
    package: ValidPackage,
    members: dict[str, bytes],
    *,
    method: int = zipfile.ZIP_STORED,
    again: tuple[str, bytes] | None = None,
) -> None:
    """Write the ZIP anew, as any program may."""
    with zipfile.ZipFile(package.zips[0], "w", method) as archive:
        for name, data in [*members.items(), *([again] if again else [])]:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)


def rename(package: ValidPackage, old: str, new: str) -> None:
    put(package, {new if name == old else name: data for name, data in package.pdfs.items()})


def change_pdf(package: ValidPackage, change: Callable[[pikepdf.Pdf], object], **options: object) -> None:
    """Change the first PDF and put it back."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(package.pdfs[FIRST])) as pdf:
        change(pdf)
        pdf.save(stream, min_version="1.7", **options)  # type: ignore[arg-type]
    put(package, {**package.pdfs, FIRST: stream.getvalue()})


def put_jpeg(pdf: pikepdf.Pdf, corrupt: Callable[[bytes], bytes], scale: int = 1, form: str = "JPEG") -> None:
    from PIL import Image

    image = pdf.pages[0].resources.XObject.Im0
    stream = io.BytesIO()
    size = int(image.Width) // scale, int(image.Height) // scale
    options = {"quality": 20} if form == "JPEG" else {"quality_mode": "rates", "quality_layers": [50]}
    Image.effect_noise(size, 80).convert("RGB").save(stream, form, **options)
    image.write(corrupt(stream.getvalue()), filter=Name.DCTDecode if form == "JPEG" else Name.JPXDecode)


def change_sheet(package: ValidPackage, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> None:
    """Change the sheet of cases as a person does in a spreadsheet program."""
    book = openpyxl.load_workbook(package.workbook)
    change(book["DL Import"])
    book.save(package.workbook)


def type_cell(package: ValidPackage, column: str, value: object) -> None:
    """Type a value into the first case's row."""

    def type_in(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        headers = [cell.value for cell in sheet[1]]
        sheet.cell(2, headers.index(column) + 1).value = value

    change_sheet(package, type_in)


def change_manifest(package: ValidPackage, change: Callable[[object], object]) -> None:
    manifest: Manifest = read_manifest(package.manifest)
    first, *others = manifest.files
    package.manifest.write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=(change(first), *others))))


def change_whole_manifest(package: ValidPackage, **changes: object) -> None:
    package.manifest.write_bytes(encode_manifest(msgspec.structs.replace(read_manifest(package.manifest), **changes)))


def copy_of(package: ValidPackage, folder: Path) -> ValidPackage:
    """Return the same package in another folder, to be corrupted."""
    shutil.copytree(package.folder, folder)
    zips = tuple(folder / path.name for path in package.zips)
    return replace(
        package, folder=folder, zips=zips, workbook=folder / package.workbook.name, manifest=folder / "manifest.json"
    )
