"""Conventions as a person learns and lists them."""

import zipfile
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.unit.package.conftest import make_pdf


def accepted(folder: Path, *names: str) -> Path:
    """Return a ZIP as a receiver took it."""
    package = folder / "KS.2010.01.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for name in names:
            archive.writestr(name, make_pdf(title=name.removesuffix(".pdf")))
    return package


def test_what_was_learnt_is_written_whole(cli: Cli, tmp_path: Path) -> None:
    package, file = accepted(tmp_path, "KS.2010.01.001.pdf", "KS.2010.01.002.pdf"), tmp_path / "ours.toml"
    learnt = cli("convention", "learn", package, "--name", "ours", "-o", file)
    assert (learnt.code, learnt.out, str(file) in learnt.err) == (0, "", True), learnt.err
    assert file.read_text(encoding="utf-8") == cli("convention", "learn", package, "--name", "ours").out
    assert cli("convention", "check", file, package).code == 0


@pytest.mark.parametrize("names", [("scan-001.pdf", "scan-002.pdf"), ()])
def test_what_could_not_be_learnt_leaves_no_file(cli: Cli, tmp_path: Path, names: tuple[str, ...]) -> None:
    own = tmp_path / "conventions"
    own.mkdir()
    assert cli("convention", "learn", accepted(tmp_path, *names), "-o", own / "ours.toml").code in (40, 41)
    assert not list(own.iterdir())
    assert cli("convention", "list", station=tmp_path).code == 0


def test_how_sure_a_convention_is_is_said_in_the_persons_language(cli: Cli) -> None:
    listed = cli("convention", "list", env={"LANGUAGE": "vi"}).out
    assert "có căn cứ, chưa được xác nhận" in listed and "evidence" not in listed and "sure" not in listed
    assert {row["confidence"] for row in cli("convention", "list", "--json", env={"LANGUAGE": "vi"}).json} >= {
        "evidence, not confirmed"
    }


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("book", "show"), "Thiếu"),
        (("--help",), "Cách dùng"),
        (("convention", "list"), "Quy ước"),
        (("diff", "nowhere.zip", "nowhere.zip"), "không tồn tại"),
    ],
)
def test_a_station_speaks_its_language_from_the_first_word(
    cli: Cli, station: Path, words: tuple[str, ...], told: str
) -> None:
    settings = station / "station.toml"
    settings.write_text(settings.read_text().replace('language = ""', 'language = "vi"', 1))
    for shown in (cli(*words, station=station), cli(*words, env={"SCANPIPE_STATION": str(station)})):
        assert told in shown.out + shown.err, shown
    assert told not in cli(*words).out
