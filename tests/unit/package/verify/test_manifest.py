from pathlib import Path

import msgspec
import pytest

from scanpipe.model import Book, PageSet
from scanpipe.package.naming.convention import Convention
from scanpipe.package.reports.manifest import PageRecord
from scanpipe.package.verify.package import verify_package
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from tests.unit.package.packages import codes, found, manifest_of, rezip, type_in, write_manifest

PERSON = {(line, column): f"{column} {line}" for line in (2, 3, 4) for column in ("nguoiKy", "nksHoTen", "ghiChu")}


def test_a_workbook_that_was_filled_in_is_as_good_as_before(package, convention: Convention) -> None:
    write_manifest(package)
    type_in(package.workbook, {**PERSON, (2, "ngayDangKy"): "04.01.2010", (3, "STT"): 2.0, (4, "trangSo"): 4})
    assert verify_package(package.zip, convention=convention).findings == ()


@pytest.mark.parametrize(
    ("column", "value", "codes_found"),
    [
        ("so", "07/2010", {"row-without-pdf", "pdf-without-row"}),
        ("so", "02/2010", {"row-without-pdf", "pdf-without-row"}),
        ("quyenSo", "02/2010", {"row-volume"}),
        ("trangSo", "3", {"row-page"}),
        ("trangSo", "", {"row-page"}),
        ("STT", 3, {"row-serial"}),
        ("STT", None, {"row-serial"}),
    ],
)
def test_what_scanpipe_wrote_must_stay(
    package, convention: Convention, column: str, value: object, codes_found: set[str]
) -> None:
    write_manifest(package)
    type_in(package.workbook, {**PERSON, (3, column): value})
    assert codes(verify_package(package.zip, convention=convention)) == codes_found


def test_one_page_number_in_every_row(package, convention: Convention) -> None:
    write_manifest(package)
    type_in(package.workbook, {(line, "trangSo"): "77" for line in (2, 3, 4)})
    report = verify_package(package.zip, convention=convention)
    assert found(report) == {("row-page", f"KS.2010.01.xlsx, row {line}") for line in (2, 3, 4)}
    assert "begins with page 2" in str(report.errors[1].message)


def test_a_row_that_is_gone(package, convention: Convention, book: Book, sets: tuple[PageSet, ...]) -> None:
    write_manifest(package)
    package.workbook.write_bytes(
        write_workbook(
            known_cells(case_rows(book, sets[:2]), convention.workbook), kind="KS", rules=convention.workbook
        )
    )
    assert found(verify_package(package.zip, convention=convention)) == {("pdf-without-row", "KS.2010.01.2011.001.pdf")}


def test_a_workbook_given_from_elsewhere_is_the_one_that_counts(
    package, convention: Convention, tmp_path: Path
) -> None:
    write_manifest(package)
    elsewhere = tmp_path / "typed" / package.workbook.name
    elsewhere.parent.mkdir()
    package.workbook.rename(elsewhere)
    type_in(elsewhere, PERSON)
    assert verify_package(package.zip, convention=convention, workbook=elsewhere).findings == ()
    type_in(elsewhere, {(2, "trangSo"): "77"})
    assert codes(verify_package(package.zip, convention=convention, workbook=elsewhere)) == {"row-page"}


def test_a_workbook_that_is_gone_is_still_missed(package, convention: Convention) -> None:
    write_manifest(package)
    package.workbook.unlink()
    assert codes(verify_package(package.zip, convention=convention)) == {"workbook-unreadable"}


def test_swapped_pdfs_fail_their_checksums(package, convention: Convention) -> None:
    one, _two, three = package.pdfs
    write_manifest(package)
    rezip(package.zip, {**package.pdfs, one: package.pdfs[three], three: package.pdfs[one]})
    assert {("checksum", one), ("checksum", three)} <= found(verify_package(package.zip, convention=convention))


@pytest.mark.parametrize("label", ["", "F1", "9" * 9000, "٤"])
def test_page_labels_of_a_hostile_manifest(package, convention: Convention, label: str) -> None:
    manifest = manifest_of(package)
    page = PageRecord(page=label, capture="", recipe="", image="")
    records = (msgspec.structs.replace(manifest.files[0], pages=(page,)), *manifest.files[1:])
    write_manifest(package, files=records)
    assert codes(verify_package(package.zip, convention=convention)) == {"row-page", "figures"}
