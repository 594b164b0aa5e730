"""Samples on the command line: drawn by the night, judged by a person, and then the book is delivered."""

import json
from pathlib import Path
from typing import Any

from tests.conftest import Cli
from tests.e2e.conftest import BOOK, revision


def draw_samples(station: Path, *, method: str = "share", **settings: str) -> None:
    """Have the station draw samples: half of each lot, and the worst page."""
    path = station / "station.toml"
    text = path.read_text().replace('method = "off"', f'method = "{method}"').replace("share = 0.3 ", "share = 0.5 ")
    text = text.replace("worst = 10 ", "worst = 1 ")
    for name, value in settings.items():
        text = "\n".join(f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.splitlines())
    path.write_text(text)


def lot(cli: Cli, station: Path) -> Any:
    (book,) = json.loads(cli("qa", "show", "--json", station=station).out)
    (found,) = book["lots"]
    return found


def test_from_the_night_over_the_sample_and_a_failed_lot_to_the_delivery(
    cli: Cli, processed: Path, page_folder: Path
) -> None:
    draw_samples(processed)

    def hoa(*words: object) -> None:
        done = cli("--person", "hoa", *words, station=processed)
        assert done.code == 0, done.err

    night = cli("nightly", station=processed)
    assert night.code == 1 and "a person must look at pages" in night.out + night.err
    first = lot(cli, processed)
    assert (first["state"], len(first["sample"]), len(first["waiting"])) == ("open", 2, 3)
    assert cli("deliver", BOOK, station=processed).code == 42
    for command in (("status",), ("book", "show", BOOK)):
        told = cli(*command, station=processed)
        assert "sample of what" in told.out + told.err
    blurred, faded = first["sample"]
    hoa("reject", BOOK, faded, "--reason", "faded", "--redo", "plain")
    assert lot(cli, processed)["found"] == 0, "what the paper is like is no defect"
    hoa("reject", BOOK, blurred, "--reason", "blurred", "--rescan", "--note", "the name")
    failed = lot(cli, processed)
    assert (failed["state"], failed["found"], len(failed["waiting"])) == ("failed", 1, 2)
    hoa("accept", BOOK, *failed["waiting"])
    again = cli("capture", BOOK, "--from", page_folder, station=processed)
    assert again.code == 0 and "1 page captured" in again.err
    assert cli("nightly", station=processed).code == 1  # what was sent back waits for a person
    hoa("accept", BOOK, blurred, faded)
    done = cli("nightly", station=processed)
    assert done.code == 0, done.err
    convention = processed / "conventions" / "small.toml"
    assert cli("verify", revision(processed, 1) / f"{BOOK}.zip", "--convention", convention).code == 0
    assert len(lot(cli, processed)["sample"]) == 2, "the new scan is in no lot of its own"


def test_a_sample_tells_its_terms_and_what_it_says_of_the_lot(cli: Cli, processed: Path) -> None:
    draw_samples(processed, method="iso2859", level='"III"', aql='"6.5"')
    planned = cli("qa", "plan", BOOK, "--seed", "7", station=processed)
    assert planned.code == 0, planned.err
    assert "ISO 2859-1:1999, 10.3: level III, AQL 6.50, normal inspection, code letter A" in planned.out
    assert lot(cli, processed)["seed"] == "7"
    cli("accept", BOOK, *lot(cli, processed)["waiting"], station=processed)
    shown = cli("qa", "show", BOOK, station=processed).out
    assert "passed" in shown and "with 95 % confidence between 0.0 % and" in shown
    assert "switching score 2 of 30" in shown
    vietnamese = cli("qa", "show", station=processed, env={"LANGUAGE": "vi"}).out
    assert "kiểm tra thường" in vietnamese and "đạt" in vietnamese


def test_a_second_person_is_asked_and_told_of(cli: Cli, processed: Path) -> None:
    draw_samples(processed, twice="1.0")
    cli("qa", "plan", BOOK, station=processed)
    page = lot(cli, processed)["sample"][0]
    cli("--person", "hoa", "accept", BOOK, page, station=processed)
    assert f"pages {page} wait for a second person" in cli("qa", "show", BOOK, station=processed).err
    assert cli("qa", "second", BOOK, page, station=processed).code == 2
    given = cli("--person", "lan", "qa", "second", BOOK, page, "--reject", "blurred", station=processed)
    assert given.code == 0, given.err
    assert "two people agree on 0 of 1 pages (0.0 %)" in cli("qa", "show", BOOK, station=processed).err
    people = json.loads(cli("qa", "people", "--json", station=processed).out)
    assert [(each["person"], each["reviewed"]) for each in people["reviewers"]] == [("hoa", 1), ("lan", 1)]
    assert [(each["pages"], each["judged"], each["found"]) for each in people["operators"]] == [(4, 1, 0)]
    assert "hoa" in cli("qa", "people", "--since", "2020-01-01", station=processed).out


def test_a_station_that_draws_no_samples_says_how_to_have_them(cli: Cli, processed: Path) -> None:
    refused = cli("qa", "plan", BOOK, station=processed)
    assert refused.code == 2 and "[qa]" in refused.err
    assert cli("qa", "show", station=processed).err.strip() == "There are no samples."


def test_a_returned_list_is_tried_applied_and_printed_for_the_scanner(
    cli: Cli, delivered: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "returned.csv"
    listed.write_text("Tên tệp,Nội dung lỗi\nKS.2010.01.001.pdf,mất góc\nKS.2010.01.002.pdf,chữ mờ\n", encoding="utf-8")
    tried = cli("qa", "import", listed, BOOK, "--dry-run", station=delivered)
    assert "scan again" in tried.out and "process again: faded" in tried.out and "Nothing was changed" in tried.err
    assert cli("rescan-list", BOOK, station=delivered).err.endswith("no page is to be scanned again.\n")
    assert cli("qa", "import", listed, BOOK, "--ticket", "CV 17", station=delivered).err == "4 pages rejected.\n"
    told = cli("rescan-list", BOOK, station=delivered).out
    assert told.count("mất góc") == 2 and "cut off" in told
    printed = cli("rescan-list", BOOK, "-o", tmp_path / "rescan.pdf", station=delivered)
    assert printed.out == f"{tmp_path / 'rescan.pdf'}: 2 pages\n"
    assert (tmp_path / "rescan.pdf").read_bytes().startswith(b"%PDF")
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("KS.2010.01.001.pdf,mờ\nKS.2010.01.009.pdf,mất góc\n", encoding="utf-8")
    refused = cli("qa", "import", unknown, BOOK, station=delivered)
    assert refused.code == 36 and "row 2: KS.2010.01.009.pdf (mất góc)" in refused.err
