import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from scanpipe.package.naming.convention import Convention
from scanpipe.package.verify.package import verify_package
from scanpipe.package.zips.archive import list_archive
from tests.unit.package.packages import found

ONE, TWO, OTHER_YEAR = "KS.2010.01.001.pdf", "KS.2010.01.002a.pdf", "KS.2010.01.2011.001.pdf"


def unicode_path(name: str, shown: str) -> bytes:
    """Return Info-ZIP's extra field by which unzip and 7z call the file `name` by the name `shown`."""
    text = shown.encode()
    return struct.pack("<HHBL", 0x7075, 5 + len(text), 1, zlib.crc32(name.encode())) + text


def write(path: Path, members: dict[str, bytes], extras: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.extra = extras.get(name, b"")
            archive.writestr(info, data)


def test_names_swapped_by_an_extra_field(package, convention: Convention) -> None:
    write(package.zip, package.pdfs, {ONE: unicode_path(ONE, OTHER_YEAR), OTHER_YEAR: unicode_path(OTHER_YEAR, ONE)})
    report = verify_package(package.zip, convention=convention)
    assert found(report) == {("zip-extra", ONE), ("zip-extra", OTHER_YEAR)}


@pytest.mark.parametrize("where", ["local", "central"])
def test_an_extra_field_in_one_header_alone(package, convention: Convention, where: str) -> None:
    write(package.zip, package.pdfs, {ONE: unicode_path(ONE, OTHER_YEAR)})
    data = bytearray(package.zip.read_bytes())
    # The field stays where it is but becomes part of what it stands before: the content, or the comment.
    header, length = (0, 28) if where == "central" else (data.index(b"PK\x01\x02"), 30)
    size = struct.unpack_from("<H", data, header + length)[0]
    struct.pack_into("<H", data, header + length, 0)
    if header:
        struct.pack_into("<H", data, header + length + 2, size)
    package.zip.write_bytes(data)
    assert ("zip-extra", ONE) in found(verify_package(package.zip, convention=convention))


@pytest.mark.parametrize(
    "extra",
    [
        struct.pack("<HHQQ", 0x0001, 16, 1, 1),
        struct.pack("<HHQ", 0x0001, 8, 0),
        b"\0\0\0",
    ],
    ids=["zip64 sizes", "zip64 offset", "torn"],
)
def test_extra_fields_that_nothing_needs(package, convention: Convention, extra: bytes) -> None:
    write(package.zip, package.pdfs, {ONE: extra})
    assert ("zip-extra", ONE) in found(verify_package(package.zip, convention=convention))


def test_an_archive_beyond_2_gib_may_say_where_its_members_lie(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    with path.open("wb") as stream:
        stream.seek(1 << 31)
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr(zipfile.ZipInfo("a.pdf"), b"x")
    with path.open("rb") as stream, zipfile.ZipFile(stream) as archive:
        assert archive.infolist()[0].extra
    assert [finding.code for finding in list_archive(path).findings] == ["zip-junk"]


def test_times_that_other_packers_write_are_taken(package, convention: Convention) -> None:
    write(
        package.zip, package.pdfs, {ONE: struct.pack("<HHBL", 0x5455, 5, 1, 0) + struct.pack("<HH4s", 0x7855, 4, b"")}
    )
    assert "zip-extra" not in {code for code, _member in found(verify_package(package.zip, convention=convention))}
