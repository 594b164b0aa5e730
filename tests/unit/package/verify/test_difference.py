"""What changed from one package to another."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.cli.commands import cli
from scanpipe.errors import PackageError
from scanpipe.package.reports.manifest import FileRecord, Manifest, PageChange, PageRecord, encode_manifest
from scanpipe.package.verify.difference import compare_packages
from scanpipe.package.zips.bundle import Member, write_zip

MEMBERS = st.dictionaries(st.sampled_from([f"KS.2010.01.{n:03}.pdf" for n in range(1, 9)]), st.binary(max_size=30))


def package(folder: Path, members: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, data in members.items():
        (folder / name).write_bytes(data)
        files.append(Member(name=name, path=folder / name))
    target = folder / "KS.2010.01.zip"
    target.unlink(missing_ok=True)
    write_zip(target, files)
    return target


def manifest(pages: dict[str, str]) -> bytes:
    records = tuple(PageRecord(page=page, capture="c", recipe="r", image=image) for page, image in pages.items())
    file = FileRecord(name="KS.2010.01.001.pdf", place="zip", sha256="0" * 64, size=1, pages=records)
    plain = Manifest(
        unit_code="14758", unit_list="2025", unit_name="", kind="KS", year=2010, volume=1, revision=1,
        convention="default", confidence="", recipes={}, tools={}, files=(file,),
    )  # fmt: skip
    return encode_manifest(plain)


@settings(max_examples=40, deadline=None)
@given(MEMBERS, MEMBERS)
def test_every_member_is_added_removed_changed_or_the_same(
    tmp_path_factory: pytest.TempPathFactory, old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("packages")
    found = compare_packages([package(folder / "r1", old)], [package(folder / "r2", new)])
    told = {change.name: change.what for change in found.changes}
    assert {name for name, what in told.items() if what == "added"} == new.keys() - old.keys()
    assert {name for name, what in told.items() if what == "removed"} == old.keys() - new.keys()
    shared = old.keys() & new.keys()
    assert {name for name, what in told.items() if what == "changed"} == {n for n in shared if old[n] != new[n]}
    assert found.same == sum(old[name] == new[name] for name in shared)
    assert list(told) == sorted(told)


def test_manifests_beside_the_packages_tell_which_pages_were_made_anew(tmp_path: Path) -> None:
    old = package(tmp_path / "r1", {"KS.2010.01.001.pdf": b"before"})
    new = package(tmp_path / "r2", {"KS.2010.01.001.pdf": b"after"})
    assert compare_packages([old], [new]).changes[0].pages == ()
    (tmp_path / "r1" / "manifest.json").write_bytes(manifest({"001": "a", "002": "b"}))
    (tmp_path / "r2" / "manifest.json").write_bytes(manifest({"001": "a", "002": "c", "003": "d"}))
    assert compare_packages([old], [new]).changes[0].pages == (PageChange(page="002"), PageChange(page="003"))


@pytest.mark.parametrize("spoil", [lambda data: b"no ZIP", lambda data: data[: len(data) // 2]])
def test_a_package_that_cannot_be_read_is_named(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    old, new = (package(tmp_path / name, {"KS.2010.01.001.pdf": b"x" * 500}) for name in ("r1", "r2"))
    new.write_bytes(spoil(new.read_bytes()))
    with pytest.raises(PackageError, match="r2"):
        compare_packages([old], [new])


def test_the_command_prints_changes_or_json(tmp_path: Path) -> None:
    old = package(tmp_path / "r1", {"KS.2010.01.001.pdf": b"a", "KS.2010.01.002.pdf": b"b"})
    new = package(tmp_path / "r2", {"KS.2010.01.002.pdf": b"c", "KS.2010.01.003.pdf": b"d"})
    shown = CliRunner().invoke(cli, ["diff", str(old), str(new)], standalone_mode=False)
    assert [line.split(": ")[-1] for line in shown.stdout.splitlines()] == [f"KS.2010.01.00{n}.pdf" for n in (1, 2, 3)]
    asked = CliRunner().invoke(cli, ["diff", str(old), str(new), "--json"], standalone_mode=False)
    told = json.loads(asked.stdout)
    assert [change["what"] for change in told["changes"]] == ["removed", "changed", "added"]
    assert told["same"] == 0
