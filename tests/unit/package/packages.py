"""What the tests of verification share: packages spoilt or described, and the codes of what was found."""

import io
import zipfile
from hashlib import sha256
from pathlib import Path

import openpyxl

from scanpipe.package.findings import Report, Severity
from scanpipe.package.paper_area import PageFigures, PagePaper
from scanpipe.package.reports.manifest import FileRecord, Manifest, PageRecord, encode_manifest

PAGES = {"KS.2010.01.001.pdf": ["1"], "KS.2010.01.002a.pdf": ["2", "3"], "KS.2010.01.2011.001.pdf": ["4"]}


def codes(report: Report, severity: Severity = Severity.ERROR) -> set[str]:
    return {found.code for found in report.findings if found.severity is severity}


def found(report: Report) -> set[tuple[str, str]]:
    """Return code and member of every error."""
    return {(finding.code, finding.member) for finding in report.errors}


def rezip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, method)


def manifest_of(package, **changes) -> Manifest:
    inside = [
        FileRecord(
            name=name,
            place="zip",
            sha256=sha256(data).hexdigest(),
            size=len(data),
            pages=tuple(
                PageRecord(page=page, capture="c" * 64, recipe="r" * 64, image="i" * 64) for page in PAGES[name]
            ),
        )
        for name, data in package.pdfs.items()
    ]
    beside = [
        FileRecord(
            name=path.name, place="beside", sha256=sha256(path.read_bytes()).hexdigest(), size=path.stat().st_size
        )
        for path in (package.zip, package.workbook)
    ]
    values = {
        "unit_code": "14758",
        "unit_list": "2025-07-01",
        "unit_name": "Phường Hàm Rồng",
        "kind": "KS",
        "year": 2010,
        "volume": 1,
        "revision": 1,
        "convention": "default",
        "confidence": "evidence, not confirmed",
        "recipes": {"r" * 64: "default"},
        "tools": {"scanpipe": "0.1.0"},
        "files": (*inside, *beside),
        "pages": tuple(PagePaper(page=str(number), width_mm=212, height_mm=300) for number in range(1, 5)),
        "iso_sizes": True,
        "figures": PageFigures(pages=4, a4=4.0, pages_in_pdfs=4, a4_in_pdfs=4.0),
    }
    return Manifest(**{**values, **changes})


def write_manifest(package, **changes) -> None:
    (package.folder / "manifest.json").write_bytes(encode_manifest(manifest_of(package, **changes)))


def type_in(path: Path, cells: dict[tuple[int, str], object]) -> None:
    """Fill cells in, by row and header, as a person does who then saves the workbook in another program."""
    book = openpyxl.load_workbook(path)
    sheet = book["DL Import"]
    headers = [cell.value for cell in sheet[1]]
    for (line, header), value in cells.items():
        sheet.cell(line, headers.index(header) + 1).value = value
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(stream.getvalue())
