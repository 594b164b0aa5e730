"""Ways to corrupt a ZIP: its structure, its members, their names."""

import shutil
import stat
import struct
import warnings
import zipfile
import zlib

from tests.unit.package.corruption import (
    FIRST,
    SECOND,
    edit,
    leads_to,
    put,
    rename,
    scan,
)
from tests.unit.package.valid_package import ValidPackage


@leads_to("zip-unreadable")
def cut_off(package: ValidPackage) -> None:
    path = package.zips[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@leads_to("zip-unreadable")
def empty(package: ValidPackage) -> None:
    package.zips[0].write_bytes(b"")


@leads_to("zip-unreadable")
def a_web_page(package: ValidPackage) -> None:
    package.zips[0].write_bytes(b"<html>413 Request Entity Too Large</html>")


@leads_to("zip-unreadable")
def gone(package: ValidPackage) -> None:
    package.zips[0].unlink()


@leads_to("no-cases")
def nothing_in_it(package: ValidPackage) -> None:
    put(package, {})


@leads_to("zip-junk")
def bytes_before_it(package: ValidPackage) -> None:
    edit(package, lambda data: b"junk" + data)


@leads_to("zip-junk")
def bytes_behind_it(package: ValidPackage) -> None:
    edit(package, lambda data: data + b"junk")


@leads_to("zip-junk")
def a_comment(package: ValidPackage) -> None:
    with zipfile.ZipFile(package.zips[0], "a") as archive:
        archive.comment = b"made by hand"


def end_of(data: bytes, at: int, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into("<H", changed, len(data) - 22 + at, value)
    return bytes(changed)


@leads_to("zip-header")
def an_end_that_counts_a_file_more(package: ValidPackage) -> None:
    edit(package, lambda data: end_of(data, 10, 4))


@leads_to("zip-header")
def an_end_on_another_disk(package: ValidPackage) -> None:
    edit(package, lambda data: end_of(data, 4, 1))


@leads_to("zip-header")
def an_end_with_a_comment_that_is_not_there(package: ValidPackage) -> None:
    edit(package, lambda data: end_of(data, 20, 1))


@leads_to("zip-header")
def a_flag_that_no_program_knows(package: ValidPackage) -> None:
    edit(package, lambda data: data[:7] + bytes([data[7] | 1]) + data[8:])


@leads_to("matter-in-zip")
def a_cover_in_the_zip(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.01.front.pdf": scan(title="KS.2010.01.front")})


@leads_to("zip-overlap")
def two_entries_over_the_same_bytes(package: ValidPackage) -> None:
    def overlap(data: bytes) -> bytes:
        changed = bytearray(data)
        second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
        struct.pack_into("<L", changed, second + 42, 0)
        return bytes(changed)

    edit(package, overlap)


@leads_to("zip-encrypted")
def an_encrypted_member(package: ValidPackage) -> None:
    def encrypt(data: bytes) -> bytes:
        changed = bytearray(data)
        for flags in (6, data.index(b"PK\x01\x02") + 8):
            changed[flags] |= 1
        return bytes(changed)

    edit(package, encrypt)


@leads_to("zip-method")
def packed_by_bzip2(package: ValidPackage) -> None:
    put(package, package.pdfs, method=zipfile.ZIP_BZIP2)


@leads_to("zip-method")
def packed_by_lzma(package: ValidPackage) -> None:
    put(package, package.pdfs, method=zipfile.ZIP_LZMA)


def zip_by_hand(package: ValidPackage, method: int, *, descriptor: bytes | None = None, junk: bytes = b"") -> None:
    """Write the ZIP anew as a program does that cannot go back, sizes behind the files, or `descriptor` in their place.

    `junk` is put behind what was packed, and counted with it.
    """
    packed, directory = b"", b""
    for name, data in package.pdfs.items():
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = (packer.compress(data) + packer.flush() if method == zipfile.ZIP_DEFLATED else data) + junk
        sizes = struct.pack("<3L", zlib.crc32(data), len(body), len(data))
        offset, raw = len(packed), name.encode()
        head = struct.pack("<5H", 20, 0x8, method, 0, 0x21)
        packed += b"PK\x03\x04" + head + bytes(12) + struct.pack("<2H", len(raw), 0) + raw + body
        packed += b"PK\x07\x08" + sizes if descriptor is None else descriptor
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + head + sizes
        directory += struct.pack("<5H2L", len(raw), 0, 0, 0, 0, 0, offset) + raw
    count = len(package.pdfs)
    end = struct.pack("<4H2LH", 0, 0, count, count, len(directory), len(packed), 0)
    package.zips[0].write_bytes(packed + directory + b"PK\x05\x06" + end)


@leads_to("zip-method")
def stored_with_sizes_behind(package: ValidPackage) -> None:
    zip_by_hand(package, zipfile.ZIP_STORED)


@leads_to("zip-junk")
def sizes_behind_that_are_wrong(package: ValidPackage) -> None:
    zip_by_hand(package, zipfile.ZIP_DEFLATED, descriptor=b"PK\x07\x08" + bytes(12))


@leads_to("zip-junk")
def sizes_behind_that_are_missing(package: ValidPackage) -> None:
    zip_by_hand(package, zipfile.ZIP_DEFLATED, descriptor=b"")


@leads_to("zip-damaged")
def junk_behind_what_was_deflated(package: ValidPackage) -> None:
    zip_by_hand(package, zipfile.ZIP_DEFLATED, junk=b"junk")


@leads_to("zip-method")
def a_file_that_asks_for_a_newer_program(package: ValidPackage) -> None:
    edit(package, lambda data: data.replace(b"PK\x01\x02\x14\x03\x14\x00", b"PK\x01\x02\x14\x03\x3e\x00"))


@leads_to("zip-link")
def a_link(package: ValidPackage) -> None:
    info = zipfile.ZipInfo("KS.2010.01.003.pdf", (1980, 1, 1, 0, 0, 0))
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(package.zips[0], "a") as archive:
        archive.writestr(info, "/etc/passwd")


@leads_to("zip-bomb")
def a_bomb(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.01.003.pdf": bytes(20_000_000)}, method=zipfile.ZIP_DEFLATED)


@leads_to("zip-damaged")
def a_flipped_bit(package: ValidPackage) -> None:
    def flip(data: bytes) -> bytes:
        at = data.index(b"%PDF") + 200
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    edit(package, flip)


@leads_to("zip-header")
def another_name_in_its_own_header(package: ValidPackage) -> None:
    edit(package, lambda data: data.replace(FIRST.encode(), b"KS.2010.01.009.pdf", 1))


@leads_to("zip-header")
def another_checksum_in_its_own_header(package: ValidPackage) -> None:
    edit(package, lambda data: data[:14] + b"\0\0\0\0" + data[18:])


@leads_to("zip-extra")
def a_field_that_renames_the_file(package: ValidPackage) -> None:
    shown = b"KS.2010.01.009.pdf"
    extra = struct.pack("<HHBL", 0x7075, 5 + len(shown), 1, zlib.crc32(FIRST.encode())) + shown
    with zipfile.ZipFile(package.zips[0], "w") as archive:
        for name, data in package.pdfs.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.extra = extra if name == FIRST else b""
            archive.writestr(info, data)


@leads_to("zip-duplicate")
def the_same_name_twice(package: ValidPackage) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        put(package, package.pdfs, again=(FIRST, package.pdfs[SECOND]))


@leads_to("zip-duplicate")
def names_that_differ_in_capitals(package: ValidPackage) -> None:
    put(package, {**package.pdfs, FIRST.replace(".pdf", ".PDF"): package.pdfs[FIRST]})


@leads_to("zip-folder")
def a_folder(package: ValidPackage) -> None:
    put(package, {"KS.2010.01/": b"", **package.pdfs})


@leads_to("zip-name")
def files_in_a_folder(package: ValidPackage) -> None:
    put(package, {f"KS.2010.01/{name}": data for name, data in package.pdfs.items()})


@leads_to("zip-nested")
def a_zip_within_it(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.02.zip": b"PK"})


@leads_to("zip-name")
def a_name_that_climbs_out(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "../KS.2010.01.003.pdf": b""})


@leads_to("zip-name")
def a_name_with_a_backslash(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "C:\\KS.2010.01.003.pdf": b""})


@leads_to("zip-name")
def a_name_that_windows_cannot_store(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "CON.pdf": b""})


@leads_to("zip-name")
def a_vietnamese_name(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "Sổ khai sinh.pdf": b""})


@leads_to("name")
def a_short_number(package: ValidPackage) -> None:
    rename(package, FIRST, "KS.2010.01.1.pdf")


@leads_to("name")
def a_year_of_two_digits(package: ValidPackage) -> None:
    rename(package, FIRST, "KS.10.01.001.pdf")


@leads_to("name")
def an_unknown_kind(package: ValidPackage) -> None:
    rename(package, FIRST, "XX.2010.01.001.pdf")


@leads_to("name")
def a_volume_zero(package: ValidPackage) -> None:
    rename(package, FIRST, "KS.2010.00.001.pdf")


@leads_to("name")
def a_number_zero(package: ValidPackage) -> None:
    rename(package, FIRST, "KS.2010.01.000.pdf")


@leads_to("name")
def small_letters_for_the_kind(package: ValidPackage) -> None:
    rename(package, FIRST, "ks.2010.01.001.pdf")


@leads_to("name")
def a_copy_that_a_file_manager_named(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.01.001 (1).pdf": package.pdfs[FIRST]})


@leads_to("name")
def a_thumbnail_store(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "Thumbs.db": b"\xd0\xcf\x11\xe0"})


@leads_to("name-book")
def a_pdf_of_another_book(package: ValidPackage) -> None:
    rename(package, SECOND, "KS.2011.01.002.pdf")


@leads_to("case-duplicate")
def one_case_under_two_names(package: ValidPackage) -> None:
    put(package, {**package.pdfs, "KS.2010.01.2010.001.pdf": scan(title="x")})


@leads_to("name")
def a_zip_named_by_hand(package: ValidPackage) -> None:
    package.zips[0].rename(package.folder / "ho tich 2010.zip")


@leads_to("name-book")
def a_zip_under_the_name_of_another_book(package: ValidPackage) -> None:
    package.zips[0].rename(package.folder / "KS.2010.02.zip")


@leads_to("name-form")
def capitals_in_a_name(package: ValidPackage) -> None:
    rename(package, FIRST, FIRST.replace(".pdf", ".PDF"))


@leads_to("number-gap")
def a_number_left_out(package: ValidPackage) -> None:
    rename(package, SECOND, "KS.2010.01.005.pdf")


@leads_to("zip-part-missing")
def a_part_forgotten(package: ValidPackage) -> None:
    package.zips[0].rename(package.folder / "KS.2010.01.part02.zip")


@leads_to("zip-part-beside")
def a_part_beside_the_whole(package: ValidPackage) -> None:
    shutil.copy(package.zips[0], package.folder / "KS.2010.01.part01.zip")
