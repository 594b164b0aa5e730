"""Packages of several ZIPs, and ZIPs with a folder in them."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import msgspec
import pytest

from scanpipe.errors import PackageError
from scanpipe.flows.verify import compare
from scanpipe.package.naming.convention import Convention
from scanpipe.package.verify.package import verify_package
from scanpipe.package.zips.bundle import Member, split_members, write_zip
from tests.unit.package.packages import codes, found


def changed(convention: Convention, **tables: dict[str, object]) -> Convention:
    raw = msgspec.to_builtins(convention)
    for table, values in tables.items():
        raw[table].update(values)
    return msgspec.convert(raw, type=Convention)


@pytest.fixture
def parts(package, convention: Convention) -> list[Path]:
    """The package's three PDFs in three ZIPs of their own."""
    package.zip.unlink()
    book = convention.parse_workbook_name(package.workbook.name)
    paths = []
    for number, name in enumerate(package.pdfs, 1):
        paths.append(package.folder / convention.zip_name(book, number))
        write_zip(paths[-1], [Member(name=name, path=package.folder.parent / "source" / name)])
    return paths


def test_any_part_leads_to_the_whole_package(parts: list[Path], convention: Convention) -> None:
    for part in parts:
        report = verify_package(part, convention=convention)
        assert report.ok and (report.cases, report.workbook_rows) == (3, 3)


def test_a_part_that_is_missing_is_named(parts: list[Path], convention: Convention) -> None:
    parts[1].unlink()
    assert ("zip-part-missing", "KS.2010.01.part02.zip") in found(verify_package(parts[0], convention=convention))


def test_a_file_in_two_parts(parts: list[Path], convention: Convention) -> None:
    parts[1].write_bytes(parts[0].read_bytes())
    report = verify_package(parts[0], convention=convention)
    assert ("zip-duplicate", "KS.2010.01.001.pdf") in found(report)


def test_a_zip_larger_than_is_taken(package, convention: Convention) -> None:
    limited = changed(convention, zip={"max_mb": 1})
    assert "zip-size" not in codes(verify_package(package.zip, convention=limited))
    with package.zip.open("ab") as stream:
        stream.truncate(1_000_001)
    assert ("zip-size", package.zip.name) in found(verify_package(package.zip, convention=limited))


def test_pdfs_lie_in_their_folder(package, convention: Convention, tmp_path: Path) -> None:
    in_folder = changed(convention, names={"folder": "{kind}.{year:4}"})
    members = [Member(name=f"KS.2010/{name}", path=tmp_path / "source" / name) for name in package.pdfs]
    assert {finding.code for finding in verify_package(package.zip, convention=in_folder).errors} >= {"zip-folder"}
    package.zip.unlink()
    write_zip(package.zip, split_members(members, in_folder.zip)[0])
    assert verify_package(package.zip, convention=in_folder).ok
    assert "zip-name" in codes(verify_package(package.zip, convention=convention))


def test_the_entry_of_the_folder_itself_is_no_finding(package, convention: Convention) -> None:
    in_folder = changed(convention, names={"folder": "a/b"})
    with zipfile.ZipFile(package.zip, "w") as archive:
        for name in ("a/", "a/b/", "other/"):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), b"")
        for name, data in package.pdfs.items():
            archive.writestr(zipfile.ZipInfo(f"a/b/{name}", (1980, 1, 1, 0, 0, 0)), data)
    assert found(verify_package(package.zip, convention=in_folder)) == {("zip-folder", "other/")}


def test_parts_beside_a_whole_zip_are_told(package, convention: Convention) -> None:
    shutil.copy(package.zip, package.folder / "KS.2010.01.part01.zip")
    report = verify_package(package.zip, convention=convention)
    assert report.ok and "zip-part-beside" in {finding.code for finding in report.warnings}
    with pytest.raises(PackageError, match=r"part01\.zip is missing"):
        (package.folder / "KS.2010.01.part01.zip").rename(package.folder / "KS.2010.01.part02.zip")
        compare(package.zip, package.folder / "KS.2010.01.part02.zip", convention="default")


def test_a_zip_of_libarchive_is_a_good_one(package, convention: Convention) -> None:
    package.zip.unlink()
    source = package.folder.parent / "source"
    command = ["bsdtar", "--format", "zip", "--options", "zip:compression=store", "-cf", package.zip, "-C", source]
    subprocess.run([*command, *sorted(package.pdfs)], check=True)
    assert not codes(verify_package(package.zip, convention=convention))
