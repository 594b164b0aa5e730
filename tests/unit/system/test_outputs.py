"""Files that a run writes beside those of people: never over one that was there, never two of one name."""

import errno
import os
import unicodedata
from pathlib import Path

import pytest

from scanpipe.errors import UsageError
from scanpipe.system.fsio import write_new
from scanpipe.system.outputs import Output, Outputs


def planned(*names: str) -> list[Output]:
    return [Output(name=name, source=f"source of {name}") for name in names]


def test_all_files_that_are_there_are_named_before_one_is_written(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(b"typed in by a person")
    (tmp_path / "c.png").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError) as refused:
        Outputs(folder=tmp_path).check(planned("new.png", "a.png", "b.png", "c.png"))
    assert all(str(tmp_path / name) in str(refused.value.text) for name in ("a.png", "b.png", "c.png"))
    assert "new.png" not in str(refused.value.text)
    assert "--force" in str(refused.value.remedy)


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.png", "a.png"), ("a.png", "A.PNG"), ("trang số.png", unicodedata.normalize("NFD", "trang số.png"))],
)
def test_two_files_of_one_name_are_refused_also_with_force(tmp_path: Path, first: str, second: str) -> None:
    with pytest.raises(UsageError, match="have the same output file"):
        Outputs(folder=tmp_path, force=True).check(planned(first, "other.png", second))


def test_force_overwrites_what_was_there_and_nothing_of_this_run(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"old")
    outputs = Outputs(folder=tmp_path, force=True)
    outputs.check(planned("a.png"))
    outputs.write("a.png", b"new")
    with pytest.raises(UsageError):
        outputs.write("a.png", b"twice")
    assert (tmp_path / "a.png").read_bytes() == b"new"


def test_a_file_that_comes_to_be_meanwhile_is_kept(tmp_path: Path) -> None:
    outputs = Outputs(folder=tmp_path)
    outputs.check(planned("a.png"))
    (tmp_path / "a.png").write_bytes(b"of another program")
    with pytest.raises(UsageError, match="exist already"):
        outputs.write("a.png", b"ours")
    assert (tmp_path / "a.png").read_bytes() == b"of another program"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_file_that_is_read_is_never_written_under_any_name(tmp_path: Path, link: "type[os.link]") -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"the only scan")
    link(scan, tmp_path / "result.png")
    outputs = Outputs(folder=tmp_path, force=True, inputs=(scan,))
    with pytest.raises(UsageError, match="is an input file"):
        outputs.check(planned("result.png"))
    with pytest.raises(UsageError, match="is an input file"):
        outputs.write("result.png", b"ours")
    assert scan.read_bytes() == b"the only scan"


def test_a_folder_in_the_place_of_a_file_is_refused_also_with_force(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(UsageError, match="exist already"):
        Outputs(folder=tmp_path, force=True).check(planned("a.png"))


def test_on_a_disk_without_links_a_name_is_taken_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_paths: object, **_options: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    write_new(tmp_path / "a.png", b"ours")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "a.png", b"other")
    assert (tmp_path / "a.png").read_bytes() == b"ours"
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
