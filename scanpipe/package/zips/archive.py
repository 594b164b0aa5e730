"""Reading a ZIP that may be hostile: its structure is checked before anything in it is unpacked.

The central directory and the entries' own headers must tell the same, entries must lie one behind the other, and
nothing may stand before, between or behind them (PKWARE APPNOTE 4.3). Members are read one by one within bounds, and
all of it is done in the limited child.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, error
from scanpipe.package.naming.member_names import name_collisions, name_problem
from scanpipe.sandbox import limited
from scanpipe.system.os_errors import describe
from scanpipe.system.plain_files import open_plain
from scanpipe.vocabularies.findings import among

MAX_MEMBERS = 20_000
MAX_MEMBER_BYTES = 256 * 1024 * 1024
MAX_TOTAL_BYTES = 8 * 1024 * 1024 * 1024
_MAX_RATIO = 100
_SMALL = 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 0x1, 0x8, 0x800
_KNOWN_FLAGS = _ENCRYPTED | 0x6 | _DESCRIPTOR | _UTF8  # 0x6: how hard the deflater tried
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_DESCRIPTOR_32, _DESCRIPTOR_64 = struct.Struct("<3L"), struct.Struct("<L2Q")
_ZIP64_VERSION = 45
_IN_ZIP64 = 0xFFFF
_EXTRA = struct.Struct("<HH")
_TIMES_AND_OWNERS = frozenset((0x000A, 0x5455, 0x5855, 0x7855, 0x7875))  # APPNOTE 4.5.5, 4.6: NTFS, UT, UX, Ux, ux
_ZIP64_OFFSETS = 1 << 31  # zipfile takes to zip64 from here on, others from 4 GiB

# What zipfile and zlib raise on damaged input.
DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    IndexError,
)


class ArchiveUnreadable(PackageError):
    """A ZIP, or a member of it, that cannot be read.

    Attributes:
        finding: what says so in a report.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A member that may be unpacked, by its place in the archive: names, without their folder, need not be unique."""

    name: str
    offset: int
    packed_size: int
    size: int
    crc: int
    method: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The members that may be unpacked, and what is wrong with the archive.

    `files` counts the members, folders aside; None where it cannot be opened.
    """

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    files: int | None = None


@limited()
def list_archive(path: Path, *, folder: str = "") -> Listing:
    """Check the structure of an archive without unpacking anything.

    Args:
        path: the file.
        folder: where everything must lie in it, "/" at the end; "" where it must be flat.

    Raises:
        LimitExceeded: it takes more memory or time than is given.
    """
    try:
        stream, archive = _opened(path)
    except ArchiveUnreadable as unreadable:
        return Listing(entries=(), findings=(unreadable.finding,))
    with stream, archive:
        return _listed(stream, archive, path.name, folder)


def _listed(stream: BinaryIO, archive: zipfile.ZipFile, package: str, folder: str) -> Listing:
    infos = archive.infolist()
    files = sum(not info.is_dir() for info in infos)
    if len(infos) > MAX_MEMBERS or sum(info.file_size for info in infos) > MAX_TOTAL_BYTES:
        bomb = error("zip-bomb", package, lazy("its unpacked content is too large"))
        return Listing(entries=(), findings=(bomb,), files=files)
    findings = [*_frame(stream, archive, package), *_duplicates(infos)]
    entries: list[Entry] = []
    for info in infos:
        member_findings = [*_names(info, folder), *_attributes(info), *_local_header(stream, info)]
        findings += member_findings
        if not info.is_dir() and not any(finding.code in _UNREADABLE for finding in member_findings):
            entries.append(_entry(info, folder))
    return Listing(entries=tuple(entries), findings=tuple(findings), files=files)


def _entry(info: zipfile.ZipInfo, folder: str) -> Entry:
    return Entry(
        name=info.orig_filename.removeprefix(folder),
        offset=info.header_offset,
        packed_size=info.compress_size,
        size=info.file_size,
        crc=info.CRC,
        method=info.compress_type,
    )


_UNREADABLE = among("zip-bomb", "zip-encrypted", "zip-method", "zip-folder", "zip-link", "zip-header")


def read_entry(path: Path, entry: Entry) -> bytes:
    """Return a member's bytes, its checksum tested.

    Raises:
        ArchiveUnreadable: it cannot be unpacked, or is not what was packed.
    """
    try:
        data, rest = _unpacked(_packed(path, entry), entry.method)
    except DAMAGE as damage:
        text = lazy("it cannot be unpacked: {damage}", damage=damage)
        raise ArchiveUnreadable(error("zip-damaged", entry.name, text)) from damage
    if len(data) != entry.size or rest:
        text = lazy("its size differs from the size in the ZIP")
        raise ArchiveUnreadable(error("zip-damaged", entry.name, text))
    if zlib.crc32(data) != entry.crc:
        text = lazy("its content was changed after packing: the checksum differs")
        raise ArchiveUnreadable(error("zip-damaged", entry.name, text))
    return data


def _packed(path: Path, entry: Entry) -> bytes:
    with open_plain(path) as stream:
        stream.seek(entry.offset)
        fields = _LOCAL.unpack(stream.read(_LOCAL.size))
        stream.seek(fields[9] + fields[10], os.SEEK_CUR)
        return stream.read(entry.packed_size)


def _unpacked(packed: bytes, method: int) -> tuple[bytes, bytes]:
    """Return the bytes, at most one more than a member may have, and what stands behind their end."""
    if method == zipfile.ZIP_STORED:
        return packed, b""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    return inflater.decompress(packed, MAX_MEMBER_BYTES + 1), inflater.unused_data or inflater.unconsumed_tail


def _opened(path: Path) -> tuple[BinaryIO, zipfile.ZipFile]:
    """Open a ZIP for reading; ArchiveUnreadable says why it is none."""
    try:
        stream = open_plain(path)
    except OSError as failure:
        text = lazy("it cannot be opened: {damage}", damage=describe(failure))
        raise ArchiveUnreadable(error("zip-unreadable", path.name, text)) from failure
    try:
        return stream, zipfile.ZipFile(stream)
    except DAMAGE as damage:
        stream.close()
        text = lazy("it is not a valid ZIP, or it is damaged: {damage}", damage=damage)
        raise ArchiveUnreadable(error("zip-unreadable", path.name, text)) from damage


def _duplicates(infos: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    for name in name_collisions(info.orig_filename for info in infos):
        yield error(
            "zip-duplicate", name, lazy("several files have this name, apart from capitals and the encoding of accents")
        )


def _names(info: zipfile.ZipInfo, folder: str) -> Iterator[Finding]:
    name = info.orig_filename
    if info.is_dir():
        if not folder.startswith(name):
            yield error("zip-folder", name, lazy("it is an unexpected folder"))
    elif not name.startswith(folder):
        yield error("zip-folder", name, lazy("it is not in the folder {folder}", folder=folder))
    elif problem := name_problem(name.removeprefix(folder)):
        yield error("zip-name", name, problem)
    elif name.lower().endswith((".zip", ".rar", ".7z")):
        yield error("zip-nested", name, lazy("it is an archive within the archive"))


def _attributes(info: zipfile.ZipInfo) -> Iterator[Finding]:
    name = info.orig_filename
    if info.flag_bits & _ENCRYPTED:
        yield error("zip-encrypted", name, lazy("it is encrypted"))
    if info.compress_type not in _METHODS:
        yield error("zip-method", name, lazy("some programs cannot unpack its compression method"))
    elif info.extract_version > _ZIP64_VERSION:
        yield error("zip-method", name, lazy("it requires a newer program than necessary; many programs refuse it"))
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield error("zip-link", name, lazy("it is a link or a special file"))
    too_dense = info.file_size > _SMALL and info.file_size > info.compress_size * _MAX_RATIO
    if too_dense or max(info.file_size, info.compress_size) > MAX_MEMBER_BYTES:
        yield error("zip-bomb", name, lazy("its unpacked content is too large"))


def _local_header(stream: BinaryIO, info: zipfile.ZipInfo) -> Iterator[Finding]:
    """Compare an entry's own header with the central directory's: two readers must see the same file."""
    try:
        stream.seek(info.header_offset)
        fields = _LOCAL.unpack(stream.read(_LOCAL.size))
        raw_name = stream.read(fields[9])
        extra = stream.read(fields[10])
        name = raw_name.decode("utf-8" if fields[2] & _UTF8 else "cp437")
    except DAMAGE:
        yield error("zip-header", info.orig_filename, lazy("its header cannot be read"))
        return
    sizes = (info.CRC, info.compress_size, info.file_size)
    if fields[2] & _DESCRIPTOR and info.compress_type == zipfile.ZIP_STORED and not fields[8]:
        text = lazy("it is not compressed, and its length stands only after its data; many programs cannot read this")
        yield error("zip-method", info.orig_filename, text)
    # Behind a descriptor the header may leave out what is not known yet: libarchive leaves out all but the size.
    behind = fields[2] & _DESCRIPTOR
    same_sizes = all(said == true or (behind and said == 0) for said, true in zip(fields[6:9], sizes, strict=True))
    same = fields[0] == b"PK\x03\x04" and fields[3] == info.compress_type and name == info.orig_filename
    strange = (fields[2] | info.flag_bits) & ~_KNOWN_FLAGS or info.volume
    if not (same and same_sizes) or strange or (fields[2] ^ info.flag_bits) & _ENCRYPTED:
        yield error("zip-header", info.orig_filename, lazy("its header differs from the directory of the ZIP"))
    if _telling(extra) or _telling(info.extra) not in (b"", _zip64_offset(info)):
        text = lazy("it has extra fields, which can give it another name or size; pack it without them (zip -X)")
        yield error("zip-extra", info.orig_filename, text)


def _telling(extra: bytes) -> bytes:
    """Return the extra fields without those that only carry times and owners, as 7-Zip and Info-ZIP write them."""
    kept, rest = b"", extra
    while len(rest) >= _EXTRA.size:
        kind, size = _EXTRA.unpack_from(rest)
        field, rest = rest[: _EXTRA.size + size], rest[_EXTRA.size + size :]
        if kind not in _TIMES_AND_OWNERS or len(field) < _EXTRA.size + size:
            kept += field
    return kept + rest


def _zip64_offset(info: zipfile.ZipInfo) -> bytes:
    """Return the one extra field that members of `MAX_MEMBER_BYTES` ever need: where they lie in a large ZIP.

    Of the others (APPNOTE 4.5, 4.6), some rename the file for some programs, as Info-ZIP's Unicode path (0x7075) does.
    """
    needed = info.header_offset >= _ZIP64_OFFSETS
    return struct.pack("<HHQ", 0x0001, 8, info.header_offset) if needed else b""


def _frame(stream: BinaryIO, archive: zipfile.ZipFile, package: str) -> Iterator[Finding]:
    """Look for bytes that belong to no entry: before the first, between two, behind the directory."""
    infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    if infos and infos[0].header_offset != 0:
        yield error("zip-junk", package, lazy("there is data before its first file"))
    ends = [_entry_end(stream, info) for info in infos]
    starts = [*(info.header_offset for info in infos), archive.start_dir][1:]
    for info, end, start in zip(infos, ends, starts, strict=True):
        if end is not None and end > start:
            yield error("zip-overlap", info.orig_filename, lazy("it overlaps another part of the ZIP"))
        elif end is not None and _between(stream, end, start) not in _descriptors(info):
            yield error("zip-junk", info.orig_filename, lazy("there is data after it that belongs to no file"))
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size))
    last = stream.read(_END.size)
    if archive.comment or last[:4] != b"PK\x05\x06":
        yield error("zip-junk", package, lazy("there is data after its end, or it has a comment"))
        return
    _sign, disk, first_disk, here, total, _size, _offset, comment = _END.unpack(last)
    counts = {count for count in (here, total) if count != _IN_ZIP64}
    if disk or first_disk or comment or counts - {len(infos)}:
        yield error("zip-header", package, lazy("its end refers to parts, files or a comment that do not exist"))


def _between(stream: BinaryIO, end: int, start: int) -> bytes:
    """Return what stands between an entry and the next; of anything longer than a descriptor only the beginning."""
    stream.seek(end)
    return stream.read(min(start - end, _DESCRIPTOR_64.size + 5))


def _descriptors(info: zipfile.ZipInfo) -> tuple[bytes, ...]:
    """Return what may stand behind an entry: nothing, or its descriptor in one of its forms (APPNOTE 4.3.9)."""
    if not info.flag_bits & _DESCRIPTOR:
        return (b"",)
    values = info.CRC, info.compress_size, info.file_size
    plain = [form.pack(*values) for form in (_DESCRIPTOR_32, _DESCRIPTOR_64)]
    return (*plain, *(b"PK\x07\x08" + descriptor for descriptor in plain))


def _entry_end(stream: BinaryIO, info: zipfile.ZipInfo) -> int | None:
    try:
        stream.seek(info.header_offset)
        fields = _LOCAL.unpack(stream.read(_LOCAL.size))
    except DAMAGE:
        return None
    return int(info.header_offset + _LOCAL.size + fields[9] + fields[10] + info.compress_size)
