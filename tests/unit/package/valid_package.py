"""Valid packages of many kinds, each made from a seed by scanpipe's own writers: conventions, books, numbers, parts."""

import random
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from scanpipe.flows.book.conventions import load_convention
from scanpipe.model import Book, BookId, CaseKey, Page, PageSet, Part
from scanpipe.package.naming.convention import Convention
from scanpipe.package.reports.manifest import FileRecord, Manifest, PageRecord, encode_manifest
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from scanpipe.package.zips.bundle import Member, split_members, write_zip
from tests.unit.package.conftest import make_pdf

A6_MM = (105.0, 148.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidPackage:
    """A package on disk and what it was made from."""

    folder: Path
    convention: Convention
    book: Book
    sets: tuple[PageSet, ...]
    pdfs: dict[str, bytes]
    zips: tuple[Path, ...]
    workbook: Path
    manifest: Path


def make_valid_package(folder: Path, seed: int) -> ValidPackage:
    """Make a package whose every trait hangs on the seed."""
    rng = random.Random(seed)
    convention = _convention(rng)
    kind, volume = rng.choice(sorted(convention.kinds)), rng.choice((1, 1, 2, 17))
    book = Book(
        id=BookId(unit_code=rng.choice(("14758", "00123")), unit_list="2025-07-01", kind=kind,
                  year=rng.randint(1950, 2026), volume=volume),
        unit_name=rng.choice(("Phường Hàm Rồng", "Xã Hoằng Hóa", "=1+1")),
    )  # fmt: skip
    return write_valid_package(folder, convention, book, _sets(rng, book))


def _convention(rng: random.Random) -> Convention:
    raw = shipped(rng.choice(("default", "default", "long", "archive")))
    raw["matter_location"] = rng.choice(("beside", "zip", "listed"))
    raw["names"]["folder"] = rng.choice(("", raw["names"]["folder"], "PDF", "{kind}/{year:4}"))
    raw["zip"] = {"packing": rng.choice(("stored", "deflated")), "max_mb": rng.choice((0, 0, 1))}
    return msgspec.convert(raw, type=Convention)


def _sets(rng: random.Random, book: Book) -> tuple[PageSet, ...]:
    first = 1 if book.id.volume == 1 else rng.randint(1, 900)
    numbers = [(book.id.year, str(first + index)) for index in range(rng.randint(1, 5))]
    numbers += [(book.id.year, f"{first}a")] * rng.randint(0, 1)
    numbers += [(book.id.year + 1, str(index)) for index in range(1, rng.randint(0, 2) + 1)]
    page, sets = 1, []
    for year, number in numbers:
        pages = tuple(Page(part=Part.BODY, number=page + index) for index in range(rng.randint(1, 3)))
        page += rng.randint(0, len(pages))
        registered = date(year, rng.randint(1, 12), rng.randint(1, 28)) if rng.random() < 0.5 else None
        sets.append(PageSet(key=CaseKey(year=year, number=number), pages=pages, registered=registered))
    return tuple(sets)


def shipped(name: str) -> dict[str, Any]:
    """Return a shipped convention, to be changed."""
    return msgspec.json.decode(_shipped_json(name))


@lru_cache
def _shipped_json(name: str) -> bytes:
    return msgspec.json.encode(load_convention(name))


@lru_cache(maxsize=512)
def scan(title: str, pages: int) -> bytes:
    """Return a PDF as a case's scan must be, A6 so that it is small."""
    return make_pdf(pages=pages, size_mm=A6_MM, title=title.removesuffix(".pdf"))


def write_valid_package(folder: Path, convention: Convention, book: Book, sets: tuple[PageSet, ...]) -> ValidPackage:
    """Write a package: PDFs into ZIPs, workbook and manifest beside them."""
    names = {convention.pdf_name(book.id, found.key): found for found in sets}
    pdfs = {name: scan(name, len(found.pages)) for name, found in names.items()}
    pages = {name: tuple(page.label for page in found.pages) for name, found in names.items()}
    beside: dict[str, bytes] = {}
    if convention.matter_location != "listed":
        front = convention.matter_name(book.id, Part.FRONT)
        (beside if convention.matter_location == "beside" else pdfs)[front] = scan(front, 1)
        pages[front] = ("F1",)
    workbook = folder / convention.workbook_name(book.id)
    known = known_cells(case_rows(book, sets), convention.workbook)
    workbook.write_bytes(write_workbook(known, kind=book.id.kind, rules=convention.workbook))
    for name, data in beside.items():
        (folder / name).write_bytes(data)
    package = ValidPackage(
        folder=folder, convention=convention, book=book, sets=sets, pdfs=pdfs,
        zips=(), workbook=workbook, manifest=folder / "manifest.json",
    )  # fmt: skip
    package = replace(package, zips=write_zips(package, pdfs))
    package.manifest.write_bytes(encode_manifest(manifest_of(package, pages, beside)))
    return package


def write_zips(package: ValidPackage, pdfs: dict[str, bytes]) -> tuple[Path, ...]:
    """Write the ZIPs of a package anew."""
    for path in package.zips:
        path.unlink(missing_ok=True)
    source = package.folder / "source"
    source.mkdir(exist_ok=True)
    for name, data in pdfs.items():
        (source / name).write_bytes(data)
    inside = package.convention.folder(package.book.id)
    parts = split_members([Member(name=f"{inside}{name}", path=source / name) for name in pdfs], package.convention.zip)
    numbers = (None,) if len(parts) == 1 else range(1, len(parts) + 1)
    paths = tuple(package.folder / package.convention.zip_name(package.book.id, number) for number in numbers)
    for path, part in zip(paths, parts, strict=True):
        write_zip(path, part, package.convention.zip)
    return paths


def manifest_of(package: ValidPackage, pages: dict[str, tuple[str, ...]], beside: dict[str, bytes]) -> Manifest:
    """Return the manifest of a package whose files are written."""
    identity = package.book.id
    files = [_record(name, "zip", data, pages.get(name, ())) for name, data in package.pdfs.items()]
    files += [_record(name, "beside", data, pages.get(name, ())) for name, data in beside.items()]
    files += [_record(path.name, "beside", path.read_bytes(), ()) for path in (*package.zips, package.workbook)]
    return Manifest(
        unit_code=identity.unit_code, unit_list=identity.unit_list, unit_name=package.book.unit_name,
        kind=identity.kind, year=identity.year, volume=identity.volume, revision=1,
        convention=package.convention.name, confidence=package.convention.confidence, recipes={}, tools={},
        files=tuple(files),
    )  # fmt: skip


def _record(name: str, place: str, data: bytes, pages: tuple[str, ...]) -> FileRecord:
    made_from = {"capture": "c" * 64, "recipe": "r" * 64, "image": "i" * 64}
    return FileRecord(
        name=name,
        place=place,  # type: ignore[arg-type]
        sha256=sha256(data).hexdigest(),
        size=len(data),
        pages=tuple(PageRecord(page=page, **made_from) for page in pages),
    )
