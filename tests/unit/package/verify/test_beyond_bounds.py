"""Files made to take all memory or time: each costs a finding that names it and the bound, and nothing else."""

import io
import os
import zlib
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Name

from scanpipe.errors import PackageError
from scanpipe.package.inference.evidence import observe_package
from scanpipe.package.naming.convention import Convention
from scanpipe.package.verify.difference import compare_packages
from scanpipe.package.verify.package import verify_package
from scanpipe.sandbox import at_most
from tests.unit.package.conftest import make_pdf
from tests.unit.package.packages import found, manifest_of, rezip, write_manifest

BOMB = "KS.2010.01.002a.pdf"
LOWER_MB = 750


def swollen() -> bytes:
    """Return 2 kB that, inflated twice, are 800 MB of zeros: one MB deflated, again and again."""
    megabytes, packer = 800, zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    megabyte = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = ((megabytes << 20) % 65521 << 16 | 1).to_bytes(4)  # Adler-32 of so many zeros
    return zlib.compress(b"\x78\xda" + megabytes * megabyte + packer.flush() + checksum, 9)


@pytest.fixture(scope="module")
def hungry() -> bytes:
    """A PDF whose picture is deflated twice."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(make_pdf())) as pdf:
        image = pdf.pages[0].resources.XObject.Im0
        image.write(swollen(), filter=Array([Name.FlateDecode, Name.FlateDecode, Name.DCTDecode]))
        pdf.save(stream, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return stream.getvalue()


@pytest.fixture
def bombed(package, hungry: bytes):
    rezip(package.zip, {**package.pdfs, BOMB: hungry})
    return package


def test_only_the_file_that_takes_all_memory_gets_a_finding(bombed, convention: Convention) -> None:
    with at_most(memory_mb=LOWER_MB):
        report = verify_package(bombed.zip, convention=convention)
    assert found(report) == {("beyond-bounds", BOMB)}
    assert (report.cases, report.figures.pages_in_pdfs) == (3, 2)
    (finding,) = report.errors
    assert f"more than {LOWER_MB} MB of memory" in str(finding.message)


def test_a_file_beside_the_package_is_bounded_too(package, convention: Convention, hungry: bytes) -> None:
    front = package.folder / "KS.2010.01.front.pdf"
    front.write_bytes(package.pdfs[BOMB])
    listed = manifest_of(package).files
    record = type(listed[0])(name=front.name, place="beside", sha256="0" * 64, size=1)
    write_manifest(package, files=(*listed, record))
    front.write_bytes(hungry)
    with at_most(memory_mb=LOWER_MB):
        assert ("beyond-bounds", front.name) in found(verify_package(package.zip, convention=convention))


def test_comparing_and_learning_refuse_by_name(bombed) -> None:
    with at_most(memory_mb=LOWER_MB), pytest.raises(PackageError, match=rf"{BOMB}.*more than {LOWER_MB} MB of memory"):
        observe_package(bombed.zip)
    with at_most(cpu_s=0), pytest.raises(PackageError, match=r"KS\.2010\.01\.zip cannot be compared.*used all of"):
        compare_packages([bombed.zip], [bombed.zip])


def test_time_is_bounded_for_all_files_together(package, convention: Convention) -> None:
    with at_most(cpu_s=0):
        report = verify_package(package.zip, convention=convention)
    assert ("beyond-bounds", package.zip.name) in found(report)


@pytest.mark.parametrize("name", ["KS.2010.01.zip", "KS.2010.01.xlsx", "manifest.json"])
def test_a_pipe_is_never_waited_for(package, convention: Convention, name: str) -> None:
    write_manifest(package)
    (package.folder / name).unlink()
    os.mkfifo(package.folder / name)
    report = verify_package(package.zip, convention=convention)
    messages = [str(finding.message) for finding in report.errors if finding.member == name]
    assert any("a pipe or a device" in message for message in messages), report.errors


def test_a_device_is_never_read(package, convention: Convention) -> None:
    (package.folder / "manifest.json").symlink_to("/dev/zero")
    report = verify_package(package.zip, convention=convention, workbook=Path("/dev/zero"))
    assert {"workbook-unreadable", "manifest-unreadable"} <= {code for code, _member in found(report)}
