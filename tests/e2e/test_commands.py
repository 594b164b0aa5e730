"""What every command promises: help with an example, clear errors with the right exit code."""

import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from scanpipe.cli.commands import cli as root
from tests.conftest import Cli

COMMANDS = [
    *((name,) for name, command in root.commands.items() if not isinstance(command, click.Group)),
    *(("book", name) for name in ("add", "amend", "shift", "list", "show")),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(cli: Cli, words: tuple[str, ...]) -> None:
    shown = cli(*words, "--help")
    assert shown.code == 0
    assert "Example: scanpipe" in re.sub(r"\s+", " ", shown.out)


def test_the_station_is_taken_from_the_environment(cli: Cli, station: Path) -> None:
    assert cli("book", "list", env={"SCANPIPE_STATION": str(station)}).code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("status",), 32, "is not a station"),
        (("accept",), 2, "Missing argument"),
        (("verify", "nowhere.zip"), 2, "nowhere.zip"),
        (("enhance", "nowhere.png", "-o", "out"), 1, "nowhere.png"),
        (("enhance", "x.png", "-o", "out", "--recipe", "magic"), 10, "magic"),
        (("verify", __file__, "--convention", "magic"), 10, "magic"),
        (
            ("verify", __file__, "--convention", "/etc/x.toml"),
            10,
            "/etc/x.toml cannot be read: the file or folder does not exist",
        ),
        (("enhance", "/etc", "-o", "out"), 1, "it is a folder, not a file"),
        (("init", "/dev/null/station"), 30, "Choose another folder"),
    ],
)
def test_wrong_words_end_with_their_code_and_name_what_is_wrong(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = cli(*words)
    assert (result.code, told in result.err + result.out) == (code, True), result.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("book", "show", "KH.1999.01"), 34, "KH.1999.01"),
        (("book", "add", "XX", "--year", 2010, "--volume", 1, "--unit", "14758"), 2, "XX"),
        (("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "Hà Nội"), 2, "Hà Nội"),
        (("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", "--back", 1), 2, "--pages"),
        (("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", "--rule", "pages:0"), 2, "pages:0"),
        (("capture", "KS.2011.01", "--from", "nowhere"), 2, "nowhere"),
        (("accept", "KS.2011.01", "Z9"), 2, "Z9"),
        (("accept", "KS.2011.01", "7"), 36, "7"),
        (("accept", "KS.2011.01", "--from", __file__), 44, "test_commands.py is not a valid .xlsx"),
        (("reject", "KS.2011.01", "1", "--reason", "other", "--redo", "default", "--rescan"), 2, "--rescan"),
        (("book", "amend", "KS.2011.01", "--rule", "index:/etc"), 44, "(it is a folder, not a file)"),
        (("book", "amend", "KS.2011.01", "--rule", "index:no.csv"), 44, "the file or folder does not exist"),
        (("reject", "KS.2011.01", "1", "--reason", "fadded"), 2, "'faded', 'smudged'"),
        (("deliver", "KS.2011.01"), 42, "no page was scanned"),
        (("process", "KS.1800.01"), 34, "KS.1800.01"),
    ],
)
def test_a_station_refuses_clearly(cli: Cli, station: Path, words: tuple[object, ...], code: int, told: str) -> None:
    assert cli("book", "add", "KS", "--year", 2011, "--volume", 1, "--unit", "14758", station=station).code == 0
    result = cli(*words, station=station)
    assert (result.code, told in result.err) == (code, True), result.err


def test_opening_a_book_twice_is_refused(cli: Cli, station: Path) -> None:
    words = ("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758")
    assert [cli(*words, station=station).code for _turn in range(2)] == [0, 35]


def test_a_unit_is_named_by_the_station_file_and_a_reused_code_needs_its_list(cli: Cli, station: Path) -> None:
    settings = station / "station.toml"
    for listed, name in (("2010", "Phường Đông Thọ"), ("2025-07-01", "Phường Hàm Rồng")):
        with settings.open("a") as stream:
            stream.write(f'[[units]]\ncode = "14758"\nlist = "{listed}"\nname = "{name}"\n')
    words = ("book", "add", "KS", "--year", 2025, "--volume", 1, "--unit")
    assert cli(*words, "14758", station=station).code == 2
    assert cli(*words, "14758@2010", station=station).code == 0
    assert cli(*words, "14758@2025-07-01", station=station).code == 0
    names = [book["unit"] for book in cli("book", "list", "--json", station=station).json]
    assert names == ["14758@2010 Phường Đông Thọ", "14758@2025-07-01 Phường Hàm Rồng"]
    assert cli("book", "show", "KS.2025.01", station=station).code == 2


def test_doctor_names_every_need(cli: Cli, station: Path) -> None:
    needs = {need["name"]: need["level"] for need in cli("doctor", "--json", station=station).json}
    assert {"station", "libsane", "tesseract", "disk space", "clock", "fonts"} <= set(needs)
    assert (needs["station"], needs["libsane"], needs["tesseract"], needs["clock"]) == ("ok", "ok", "ok", "ok")


def test_doctor_and_process_say_how_to_install_a_missing_language(cli: Cli, station: Path) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('language = "vie"', 'language = "xho"'))
    doctor = cli("doctor", station=station)
    process = cli("process", station=station)
    assert (doctor.code, "apt install tesseract-ocr-xho" in doctor.out) == (1, True)
    assert (process.code, "apt install tesseract-ocr-xho" in process.err) == (51, True)


def test_devices_prints_a_profile_with_all_options_of_a_scanner(cli: Cli) -> None:
    printed = cli("devices", "--options", "test:0")
    assert printed.code == 0
    assert printed.out.startswith("# A proposal for test:0.")
    assert tomllib.loads(printed.out)["sources"] == {
        "flatbed": {"source": "Flatbed"},
        "feeder": {"source": "Automatic Document Feeder"},
    }
    listed = cli("devices", "--options", "test:0", "--json").json["options"]
    assert {"name": "mode", "values": ["Gray", "Color"]}.items() <= listed[0].items()


def test_devices_lists_what_libsane_finds(cli: Cli) -> None:
    found = cli("devices", "--json")
    assert [device["name"] for device in found.json] == ["test:0", "test:1"]


def test_capture_without_python_sane_says_what_to_install(cli: Cli, scanning: Path, tmp_path: Path) -> None:
    cli("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", station=scanning)
    (tmp_path / "sane.py").write_text("raise ImportError('no libsane here')\n")
    refused = cli("capture", "KS.2010.01", station=scanning, env={"PYTHONPATH": str(tmp_path)})
    assert (refused.code, "scanpipe[scanner]" in refused.err) == (21, True), refused.err


def test_ctrl_c_keeps_the_page_under_way_and_the_same_command_goes_on(scanning: Path, cli: Cli) -> None:
    cli("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", "--pages", 4, station=scanning)
    program = str(Path(sys.executable).with_name("scanpipe"))
    words = [program, "--station", str(scanning), "capture", "KS.2010.01"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert first.startswith("page 1")
    assert process.returncode == 130, rest
    kept = cli("book", "list", "--json", station=scanning).json[0]["pages"]
    assert kept >= 1
    assert cli("capture", "KS.2010.01", station=scanning).code == 0
    assert cli("book", "list", "--json", station=scanning).json[0]["pages"] == 4
    assert cli("check", station=scanning).code == 0


def test_export_writes_the_masters_to_the_pixel(cli: Cli, station: Path, page_folder: Path, tmp_path: Path) -> None:
    import cv2

    cli("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", station=station)
    cli("capture", "KS.2010.01", "--from", page_folder, station=station)
    assert cli("export", "KS.2010.01", "-o", tmp_path / "masters", station=station).code == 0
    written = sorted((tmp_path / "masters").iterdir())
    assert len(written) == 4
    written[0].write_bytes(b"retouched by hand")
    again = cli("export", "KS.2010.01", "-o", tmp_path / "masters", station=station)
    assert (again.code, written[0].name in again.err, "--force" in again.err) == (2, True, True)
    assert written[0].read_bytes() == b"retouched by hand"
    assert cli("export", "KS.2010.01", "-o", tmp_path / "masters", "--force", station=station).code == 0
    for tiff, png in zip(written, sorted(page_folder.iterdir()), strict=True):
        assert (cv2.imread(str(tiff)) == cv2.imread(str(png))).all()


def test_check_finds_a_changed_and_a_lost_file(cli: Cli, station: Path, page_folder: Path) -> None:
    cli("book", "add", "KS", "--year", 2010, "--volume", 1, "--unit", "14758", station=station)
    cli("capture", "KS.2010.01", "--from", page_folder, station=station)
    first, second, *_rest = sorted((station / "store").glob("??/*"))
    first.chmod(0o644)
    first.write_bytes(b"changed")
    second.unlink()
    report = cli("check", "--json", station=station)
    assert (report.code, report.json["damaged"], report.json["dangling"]) == (37, [first.name], [second.name])


def test_enhance_writes_image_mask_and_report_without_a_station(cli: Cli, page_folder: Path, tmp_path: Path) -> None:
    import cv2

    done = cli("enhance", page_folder / "page1.png", "-o", tmp_path / "out", "--keep-geometry")
    assert done.code == 0, done.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["page1.json", "page1.mask.png", "page1.png"]
    page, mask = (cv2.imread(str(path), 0) for path in (page_folder / "page1.png", tmp_path / "out" / "page1.mask.png"))
    assert page is not None and mask is not None
    assert page.shape == mask.shape
    assert set(mask.ravel().tolist()) == {0, 255}
    assert page[mask == 0].mean() < page[mask == 255].mean() - 40
