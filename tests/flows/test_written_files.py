"""Every command that writes files for people: what was there stays, names are refused before the first is written."""

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.errors import StateError, UsageError
from scanpipe.flows.demo import demo_station
from scanpipe.flows.enhance import FileResult, Like, enhance_files
from scanpipe.flows.learn import keep_learned
from scanpipe.flows.station import create_station, open_station

NARROW = "ế" * 83


def made(
    files: list[Path], output: Path, *, kinds: tuple[str, ...] = ("image",), **options: object
) -> list[FileResult]:
    return list(
        enhance_files(files, output, recipe="plain", kinds=kinds, default_dpi=100, keep_geometry=True, **options)
    )


def small_page(path: Path, *, pages: int = 1) -> Path:
    pictures = [Image.new("L", (120, 160), 230 - shade) for shade in range(pages)]
    more = {"save_all": True, "append_images": pictures[1:]} if pages > 1 else {}
    pictures[0].save(path, dpi=(100, 100), **more)
    return path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("force", [False, True])
def test_a_scan_is_not_overwritten_by_its_own_result(tmp_path: Path, force: bool) -> None:
    scan = small_page(tmp_path / "page.png")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="is an input file"):
        made([scan], tmp_path, force=force)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("first", "second", "kinds"),
    [
        (("scan.tif", 2), ("scan-2.png", 1), ("image",)),
        (("scan.tif", 1), ("SCAN.png", 1), ("image",)),
        (("scan.png", 1), ("scan.mask.png", 1), ("image", "mask")),
    ],
)
def test_two_results_of_one_name_are_refused_before_the_first(
    tmp_path: Path, first: tuple[str, int], second: tuple[str, int], kinds: tuple[str, ...]
) -> None:
    files = [small_page(tmp_path / name, pages=pages) for name, pages in (first, second)]
    with pytest.raises(UsageError, match="have the same output file"):
        made(files, tmp_path / "out", kinds=kinds)
    assert not (tmp_path / "out").exists()


def test_pages_that_only_look_like_twins_are_all_made(tmp_path: Path) -> None:
    files = [small_page(tmp_path / name) for name in ("scan.tif", "scan-2.png", "trang#1.png", "trang#2.png", "#.png")]
    made(files, tmp_path / "out")
    names = ["#.png", "scan-2.png", "scan.png", "trang#1.png", "trang#2.png"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names


def test_results_that_are_there_stay_unless_they_are_to_be_overwritten(tmp_path: Path) -> None:
    scan, out = small_page(tmp_path / "page.png"), tmp_path / "out"
    out.mkdir()
    (out / "page.png").write_bytes(b"retouched by hand")
    with pytest.raises(UsageError, match="exist already"):
        made([scan], out, kinds=("image", "report"))
    assert [path.name for path in out.iterdir()] == ["page.png"]
    made([scan], out, kinds=("image", "report"), force=True)
    assert (out / "page.png").read_bytes() != b"retouched by hand"
    report = (out / "page.json").read_bytes()
    with pytest.raises(UsageError, match="is an input file"):
        made([scan], out, kinds=("report",), force=True, like=Like(report=out / "page.json", steps=()))
    assert (out / "page.json").read_bytes() == report


def test_a_name_that_is_too_long_for_results_costs_that_file_only(tmp_path: Path) -> None:
    files = [small_page(tmp_path / f"{NARROW}.png"), small_page(tmp_path / "page.png")]
    results = made(files, tmp_path / "out", kinds=("image", "mask"))
    assert [(result.name, bool(result.reason)) for result in results] == [(f"{NARROW}.png", True), ("page.png", False)]


def test_names_that_are_no_utf_8_keep_their_bytes(tmp_path: Path) -> None:
    name, folder = os.fsdecode(b"trang s\xf4\xec\x1b.png"), os.fsdecode(b"s\xf4")
    (result,) = made([small_page(tmp_path / name)], tmp_path / folder)
    assert not result.reason
    assert [os.fsencode(path.name) for path in (tmp_path / folder).iterdir()] == [b"trang s\xf4\xec\x1b.png"]
    with pytest.raises(UsageError, match=r"s\\xf4\\xec\\u001b.png"):
        made([tmp_path / name], tmp_path / folder)


def test_a_convention_that_a_person_edited_is_not_overwritten(tmp_path: Path) -> None:
    package, target = tmp_path / "KS.zip", tmp_path / "ours.toml"
    package.write_bytes(b"accepted")
    target.write_text("edited")
    with pytest.raises(UsageError, match="exist already"):
        keep_learned("learned", target, package=package, workbook=None, force=False)
    with pytest.raises(UsageError, match="is an input file"):
        keep_learned("learned", package, package=package, workbook=None, force=True)
    assert (target.read_text(), package.read_bytes()) == ("edited", b"accepted")
    keep_learned("learned", target, package=package, workbook=None, force=True)
    assert target.read_text() == "learned"


def test_a_folder_of_somebody_is_not_made_a_station_that_would_sweep_it(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "letter.doc").write_bytes(b"mine")
    with pytest.raises(StateError, match="spool"):
        create_station(tmp_path)
    assert (tmp_path / "spool" / "letter.doc").read_bytes() == b"mine"


def test_lost_settings_of_a_station_can_be_made_again(tmp_path: Path) -> None:
    settings = create_station(tmp_path)
    (tmp_path / "store" / "ab").mkdir()
    settings.unlink()
    create_station(tmp_path)
    with open_station(tmp_path) as station:
        assert station.folder == tmp_path


def test_an_earlier_demo_is_made_anew_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / ".scanpipe-demo").touch()
    (tmp_path / "work").write_bytes(b"done since")
    with pytest.raises(StateError, match="earlier demo"), demo_station(tmp_path):
        pass
    assert (tmp_path / "work").exists()
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    (tmp_path / "letter").touch()
    with pytest.raises(StateError, match="no demo made"), demo_station(tmp_path, force=True):
        pass
