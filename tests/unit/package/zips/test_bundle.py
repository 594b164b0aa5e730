import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanpipe.errors import PackageError
from scanpipe.package.naming.limits import ZipRules
from scanpipe.package.zips.bundle import Member, split_members, write_zip


def member(folder: Path, name: str, data: bytes = b"%PDF-1.7") -> Member:
    path = folder / f"source-{len(list(folder.iterdir()))}"
    path.write_bytes(data)
    return Member(name=name, path=path)


def test_the_bytes_depend_on_the_members_alone(tmp_path: Path) -> None:
    members = [member(tmp_path, "b.pdf", b"b" * 5000), member(tmp_path, "a.pdf", b"a")]
    write_zip(tmp_path / "1.zip", members)
    for source in members:
        source.path.chmod(0o600)
        source.path.touch()
    write_zip(tmp_path / "2.zip", members)
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()


def test_members_are_stored_in_order_without_descriptors_and_clock(tmp_path: Path) -> None:
    write_zip(tmp_path / "x.zip", [member(tmp_path, "b.pdf"), member(tmp_path, "a.pdf")])
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        infos = archive.infolist()
        assert archive.testzip() is None
    assert [info.filename for info in infos] == ["b.pdf", "a.pdf"]
    assert {(info.compress_type, info.flag_bits, info.date_time) for info in infos} == {(0, 0, (1980, 1, 1, 0, 0, 0))}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a//b.pdf",
        "/b.pdf",
        "../b.pdf",
        "CON/b.pdf",
        "..\\b.pdf",
        "..",
        "C:b.pdf",
        "CON.pdf",
        "lpt1",
        "a.pdf ",
        "a.",
        "sổ.pdf",
        "a\nb.pdf",
        "a" * 121,
    ],
)
def test_a_name_that_some_system_cannot_store_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackageError, match=r"x\.zip"):
        write_zip(tmp_path / "x.zip", [member(tmp_path, name)])
    assert not (tmp_path / "x.zip").exists()


def test_names_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="same name"):
        write_zip(tmp_path / "x.zip", [member(tmp_path, "A.pdf"), member(tmp_path, "a.PDF")])


def test_an_existing_zip_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"kept")
    with pytest.raises(PackageError, match="not overwritten"):
        write_zip(tmp_path / "x.zip", [member(tmp_path, "a.pdf")])
    assert (tmp_path / "x.zip").read_bytes() == b"kept"


def test_deflated_members_are_the_same_files(tmp_path: Path) -> None:
    write_zip(tmp_path / "x.zip", [member(tmp_path, "a/b.pdf", b"b" * 5000)], ZipRules(packing="deflated"))
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.read("a/b.pdf") == b"b" * 5000
        assert archive.getinfo("a/b.pdf").compress_size < 100


@settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sizes=st.lists(st.integers(0, 990_000), max_size=12), packing=st.sampled_from(["stored", "deflated"]))
def test_parts_hold_every_member_in_order_and_none_is_too_large(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], packing
) -> None:
    folder, rules = tmp_path_factory.mktemp("parts"), ZipRules(max_mb=1, packing=packing)
    members = [member(folder, f"{n:03}.pdf", random.Random(n).randbytes(size)) for n, size in enumerate(sizes)]
    parts = split_members(members, rules)
    assert [found for part in parts for found in part] == members
    assert all(parts) or not members
    for number, part in enumerate(parts):
        write_zip(folder / f"{number}.zip", part, rules)
        assert (folder / f"{number}.zip").stat().st_size <= 1_000_000


def test_a_file_that_no_part_can_hold_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"b\.pdf is too large .* 1 MB"):
        split_members([member(tmp_path, "b.pdf", bytes(1_000_000))], ZipRules(max_mb=1))


def test_without_a_limit_there_is_one_zip(tmp_path: Path) -> None:
    assert len(split_members([member(tmp_path, "b.pdf")], ZipRules())) == 1
    assert split_members([], ZipRules(max_mb=1)) == ((),)
