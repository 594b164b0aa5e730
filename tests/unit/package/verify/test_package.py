import io
import json
import random
import shutil
import struct
import zipfile
from pathlib import Path

import msgspec
import openpyxl
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanpipe.model import Book, PageSet
from scanpipe.package.findings import Severity
from scanpipe.package.naming.convention import Convention
from scanpipe.package.paper_area import PageFigures
from scanpipe.package.reports.manifest import FileRecord, encode_manifest
from scanpipe.package.verify.package import verify_package
from scanpipe.package.workbook.index import case_rows, known_cells, write_workbook
from tests.unit.package.packages import codes, manifest_of, rezip, type_in, write_manifest


def test_a_good_package_has_no_finding(package, convention: Convention) -> None:
    write_manifest(package)
    report = verify_package(package.zip, convention=convention)
    assert report.findings == ()
    assert report.ok
    assert (report.cases, report.workbook_rows) == (3, 3)
    assert report.figures == PageFigures(pages=4, a4=4.0, pages_in_pdfs=4, a4_in_pdfs=4.0)


def test_without_a_manifest_it_is_said_that_checksums_were_not_compared(package, convention: Convention) -> None:
    (only,) = verify_package(package.zip, convention=convention).findings
    assert (only.code, only.severity, only.member) == ("manifest-missing", Severity.WARNING, "KS.2010.01.zip")


def test_deflated_pdfs_are_a_good_package_too(package, convention: Convention) -> None:
    rezip(
        package.zip,
        {
            name: data + b"\n%" + random.Random(1).randbytes(9000).hex().encode() + b"\n%%EOF\n"
            for name, data in package.pdfs.items()
        },
        zipfile.ZIP_DEFLATED,
    )
    assert "zip-bomb" not in codes(verify_package(package.zip, convention=convention))


def test_every_finding_is_reported_not_only_the_first(package, convention: Convention, pdf_bytes) -> None:
    rezip(
        package.zip,
        {
            "KS.2010.01.001.pdf": pdf_bytes(colour=False, dpi=100),
            "KS.2010.01.2.pdf": pdf_bytes(),
            "KS.2011.01.003.pdf": pdf_bytes(pdfa=False),
            "KS.2010.01.004.pdf": b"%PDF-1.7 torn",
        },
    )
    report = verify_package(package.zip, convention=convention)
    assert codes(report) == {
        "pdf-dpi",
        "pdf-not-colour",
        "name",
        "name-book",
        "pdf-not-pdfa",
        "pdf-no-intent",
        "pdf-unreadable",
        "row-without-pdf",
        "pdf-without-row",
    }


def test_rows_and_pdfs_are_compared_both_ways(
    package, convention: Convention, book: Book, sets: tuple[PageSet, ...]
) -> None:
    package.workbook.write_bytes(
        write_workbook(
            known_cells(case_rows(book, sets[:2]), convention.workbook), kind="KS", rules=convention.workbook
        )
    )
    rezip(package.zip, dict(list(package.pdfs.items())[1:]))
    found = {(finding.code, finding.member) for finding in verify_package(package.zip, convention=convention).errors}
    assert found == {
        ("row-without-pdf", "KS.2010.01.xlsx, row 2"),
        ("pdf-without-row", "KS.2010.01.2011.001.pdf"),
    }


def test_capitals_in_a_name_are_only_a_warning(package, convention: Convention) -> None:
    rezip(package.zip, {name.replace(".pdf", ".PDF"): data for name, data in package.pdfs.items()})
    report = verify_package(package.zip, convention=convention)
    assert report.ok and codes(report, Severity.WARNING) == {"name-form", "manifest-missing"}


def test_a_pdf_beyond_the_budget_or_without_text_is_a_warning(package, convention: Convention, pdf_bytes) -> None:
    members = dict(package.pdfs)
    members["KS.2010.01.001.pdf"] = _padded(pdf_bytes(text=False), 111_000)
    rezip(package.zip, members)
    report = verify_package(package.zip, convention=convention)
    assert report.ok and codes(report, Severity.WARNING) == {"pdf-size", "pdf-no-text", "manifest-missing"}


def _padded(pdf: bytes, size: int) -> bytes:
    """Return the PDF with an object more that holds `size` bytes."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.Root.Padding = pikepdf.Stream(document, random.Random(1).randbytes(size))
        document.save(stream, deterministic_id=True)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("so", "15", "row-no-slash"),
        ("quyenSo", "01", "row-no-slash"),
        ("quyenSo", f"{'9' * 5000}/2010", "row-no-slash"),
        ("trangSo", "1a", "row-page"),
        ("trangSo", None, "row-page"),
        ("ngayDangKy", "5.3.2010", "row-date"),
        ("ngayDangKy", "05/03/2010", "row-date"),
        ("ngayDangKy", "31.02.2010", "row-date"),
        ("ngayDangKy", "05.03.2012", "row-year"),
        ("quyenSo", "02/2010", "row-volume"),
        ("loaiDangKy", "7", "row-code"),
    ],
)
def test_what_contractors_check_in_a_row(
    package, convention: Convention, column: str, value: str | None, code: str
) -> None:
    type_in(package.workbook, {(2, column): value})
    found = verify_package(package.zip, convention=convention).errors
    assert (code, "KS.2010.01.xlsx, row 2") in {(finding.code, finding.member) for finding in found}


def test_a_date_that_a_book_may_state_in_part_is_a_warning(package, convention: Convention) -> None:
    type_in(package.workbook, {(2, "chaNgaySinh"): "1975", (3, "chaNgaySinh"): "01.02.1975"})
    (found,) = (f for f in verify_package(package.zip, convention=convention).warnings if f.code == "row-date")
    assert found.member == "KS.2010.01.xlsx, row 2" and "chaNgaySinh" in str(found.message)


def test_a_case_whose_state_is_not_final(package, convention: Convention) -> None:
    raw = msgspec.to_builtins(convention)
    raw["workbook"]["final"] = {"ghiChu": ["da duyet"], "trangThai": ["xong"]}
    type_in(package.workbook, {(line, "ghiChu"): state for line, state in ((2, "da duyet"), (3, "moi"), (4, None))})
    findings = verify_package(package.zip, convention=msgspec.convert(raw, type=Convention)).errors
    assert {(found.code, found.member[-5:]) for found in findings} == {("row-not-final", f"row {n}") for n in (3, 4)}


def test_columns_of_the_layout_that_are_missing_are_named(package, convention: Convention) -> None:
    book = openpyxl.load_workbook(package.workbook)
    book["DL Import"].delete_cols(8, 2)
    book.save(package.workbook)
    write_manifest(package)
    (found,) = verify_package(package.zip, convention=convention).findings
    assert (found.code, found.severity) == ("workbook-columns", Severity.ERROR)
    assert "nguoiKy, chucVuNguoiKy" in str(found.message)


def test_the_same_case_twice_in_the_workbook(package, convention: Convention) -> None:
    again = {"STT": 4, "so": "01/2010", "quyenSo": "01/2010", "trangSo": "1", "noiDangKy": "Phường Hàm Rồng"}
    type_in(package.workbook, {(5, column): value for column, value in again.items()})
    (found,) = verify_package(package.zip, convention=convention).errors
    assert found.code == "row-duplicate" and "2, 5" in str(found.message)


def test_the_same_case_twice_in_the_zip(package, convention: Convention) -> None:
    rezip(package.zip, {**package.pdfs, "KS.2010.01.2010.001.pdf": package.pdfs["KS.2010.01.001.pdf"]})
    assert codes(verify_package(package.zip, convention=convention)) == {"case-duplicate", "pdf-duplicate"}


def test_a_missing_or_foreign_workbook(package, convention: Convention) -> None:
    other = package.workbook.rename(package.folder / "KH.2010.01.xlsx")
    assert codes(verify_package(package.zip, convention=convention)) == {"workbook-unreadable"}
    assert codes(verify_package(package.zip, convention=convention, workbook=other)) == {"name-book"}


def test_a_zip_of_another_name_is_verified_all_the_same(package, convention: Convention) -> None:
    renamed = package.zip.rename(package.folder / "upload.zip")
    assert codes(verify_package(renamed, convention=convention)) == {"name"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../KS.2010.01.009.pdf", "zip-name"),
        ("/KS.2010.01.009.pdf", "zip-name"),
        ("C:KS.2010.01.009.pdf", "zip-name"),
        ("a\\KS.2010.01.009.pdf", "zip-name"),
        ("KS/", "zip-folder"),
        ("sổ.pdf", "zip-name"),
        ("x.zip", "zip-nested"),
        ("ks.2010.01.001.PDF", "zip-duplicate"),
        ("NUL.pdf", "zip-name"),
    ],
)
def test_tricks_with_names(package, convention: Convention, name: str, code: str) -> None:
    rezip(package.zip, {**package.pdfs, name: b""})
    assert code in codes(verify_package(package.zip, convention=convention))


def test_names_that_are_one_in_normal_form(package, convention: Convention) -> None:
    rezip(package.zip, {**package.pdfs, "é.pdf": b"", "e\u0301.pdf": b""})
    assert "zip-duplicate" in codes(verify_package(package.zip, convention=convention))


def test_a_bomb_is_not_unpacked(package, convention: Convention) -> None:
    rezip(package.zip, {**package.pdfs, "KS.2010.01.009.pdf": bytes(40_000_000)}, zipfile.ZIP_DEFLATED)
    found = verify_package(package.zip, convention=convention).errors
    assert [finding.member for finding in found if finding.code == "zip-bomb"] == ["KS.2010.01.009.pdf"]


def test_a_link_is_refused(package, convention: Convention) -> None:
    link = zipfile.ZipInfo("KS.2010.01.009.pdf")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(package.zip, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "zip-link" in codes(verify_package(package.zip, convention=convention))


@pytest.mark.parametrize("where", ["before", "behind", "comment"])
def test_bytes_that_are_no_file(package, convention: Convention, where: str) -> None:
    data = package.zip.read_bytes()
    if where == "comment":
        with zipfile.ZipFile(package.zip, "a") as archive:
            archive.comment = b"hello"
    else:
        package.zip.write_bytes(b"junk" + data if where == "before" else data + b"junk")
    assert "zip-junk" in codes(verify_package(package.zip, convention=convention))


def test_an_encrypted_member(package, convention: Convention) -> None:
    data = bytearray(package.zip.read_bytes())
    directory = data.index(b"PK\x01\x02")
    for flags in (6, directory + 8):
        data[flags] |= 1
    package.zip.write_bytes(data)
    assert "zip-encrypted" in codes(verify_package(package.zip, convention=convention))


def test_a_header_that_tells_another_name_than_the_directory(package, convention: Convention) -> None:
    data = package.zip.read_bytes()
    package.zip.write_bytes(data.replace(b"KS.2010.01.001.pdf", b"KS.2010.01.009.pdf", 1))
    assert "zip-header" in codes(verify_package(package.zip, convention=convention))


def test_a_flipped_bit_in_a_pdf_fails_its_checksum(package, convention: Convention) -> None:
    data = bytearray(package.zip.read_bytes())
    data[data.index(b"%PDF") + 200] ^= 1
    package.zip.write_bytes(data)
    assert "zip-damaged" in codes(verify_package(package.zip, convention=convention))


def test_two_entries_over_the_same_bytes(package, convention: Convention) -> None:
    data = bytearray(package.zip.read_bytes())
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[second + 42 : second + 46] = struct.pack("<L", 0)
    package.zip.write_bytes(data)
    assert {"zip-overlap", "zip-header"} <= codes(verify_package(package.zip, convention=convention))


def test_the_manifest_is_held_against_every_file(package, convention: Convention) -> None:
    manifest = manifest_of(package)
    files = list(manifest.files)
    files[0] = msgspec.structs.replace(files[0], sha256="0" * 64)
    files[1] = msgspec.structs.replace(files[1], pages=files[1].pages[:1])
    files[2] = msgspec.structs.replace(files[2], name="KS.2010.01.099.pdf")
    files.append(msgspec.structs.replace(files[3], name="KS.2010.01.front.pdf"))
    path = package.folder / "other.json"
    path.write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=tuple(files))))
    report = verify_package(package.zip, convention=convention, manifest=path)
    assert sorted(found.code for found in report.errors) == [
        "checksum",
        "figures",
        *["file-missing"] * 2,
        "manifest-unlisted",
        "page-count",
    ]


@pytest.mark.parametrize("name", ["../secret", "..", "a\0b"])
def test_a_manifest_of_names_that_no_file_has_is_refused_whole(package, convention: Convention, name: str) -> None:
    manifest = manifest_of(package)
    files = (*manifest.files, msgspec.structs.replace(manifest.files[0], name=name))
    path = package.folder / "other.json"
    path.write_bytes(encode_manifest(msgspec.structs.replace(manifest, files=files)))
    assert codes(verify_package(package.zip, convention=convention, manifest=path)) == {"manifest-unreadable"}


def test_matter_beside_the_zip_is_opened_too(package, convention: Convention, digest, pdf_bytes) -> None:
    bad = pdf_bytes(pages=2, dpi=100)
    (package.folder / "KS.2010.01.back.pdf").write_bytes(bad)
    manifest = manifest_of(package)
    matter = FileRecord(name="KS.2010.01.back.pdf", place="beside", sha256=digest(bad), size=len(bad))
    data = encode_manifest(msgspec.structs.replace(manifest, files=(*manifest.files, matter)))
    (package.folder / "manifest.json").write_bytes(data)
    assert codes(verify_package(package.zip, convention=convention)) == {"pdf-dpi", "page-count"}


def test_a_manifest_of_another_book(package, convention: Convention) -> None:
    write_manifest(package, volume=2)
    assert codes(verify_package(package.zip, convention=convention)) == {"manifest-book"}


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000, b"\xff"])
def test_a_manifest_that_is_none(package, convention: Convention, content: bytes) -> None:
    (package.folder / "manifest.json").write_bytes(content)
    assert codes(verify_package(package.zip, convention=convention)) == {"manifest-unreadable"}


def test_a_manifest_is_canonical_json(package) -> None:
    data = encode_manifest(manifest_of(package))
    plain = json.loads(data)
    assert data == json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=2).encode() + b"\n"
    assert "Phường" in data.decode()


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no zip"])
def test_what_is_no_zip_is_a_finding(package, convention: Convention, content: bytes) -> None:
    package.zip.write_bytes(content)
    assert codes(verify_package(package.zip, convention=convention)) & {"zip-unreadable", "no-cases"}


def test_a_missing_zip_is_a_finding(tmp_path: Path, convention: Convention) -> None:
    assert "zip-unreadable" in codes(verify_package(tmp_path / "KS.2010.01.zip", convention=convention))


@settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_damage_makes_verify_fail(package, convention: Convention, data: st.DataObject) -> None:
    write_manifest(package)
    name = data.draw(st.sampled_from([package.zip.name, package.workbook.name, "manifest.json"]))
    folder = package.folder.with_name("damaged")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(package.folder, folder)
    content = bytearray((folder / name).read_bytes())
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        # Structure is denser at the end, where a ZIP has its directory.
        for at in data.draw(st.lists(st.integers(1, len(content)) | st.integers(1, 600), min_size=1, max_size=8)):
            content[-at] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(content)
    verify_package(folder / package.zip.name, convention=convention)
