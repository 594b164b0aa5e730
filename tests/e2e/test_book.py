"""One book all the way, as a user does it: every step a command of its own."""

import hashlib
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pikepdf
from PIL import Image

from tests.conftest import Cli, make_small_station
from tests.e2e.conftest import ADD, BOOK, members, revision
from tests.forked import Result


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names_delivered(night: Result) -> list[str]:
    return [f"{each['book']} r{each['revision']}" for each in night.last_json["delivered"]]


def test_scanned_pages_become_a_package_that_verifies(cli: Cli, scanning: Path) -> None:
    cli(*ADD, "--pages", 2, "--front", 1, "--back", 1, "--rule", "cases:2", station=scanning)
    capture = cli("capture", BOOK, station=scanning)
    assert (capture.code, "4 pages captured" in capture.err) == (0, True)
    night = cli("nightly", "--json", station=scanning)
    assert (night.code, names_delivered(night)) == (0, ["14758/KS.2010.01 r1"]), night.err
    folder = revision(scanning, 1)
    with zipfile.ZipFile(folder / "KS.2010.01.zip") as archive:
        assert archive.namelist() == [f"KS.2010.01.{number:03}.pdf" for number in (1, 2, 3, 4)]
    assert (folder / "KS.2010.01.front.pdf").exists()
    convention = scanning / "conventions" / "small.toml"
    verified = cli("verify", folder / "KS.2010.01.zip", "--convention", convention, "--json")
    assert (verified.code, verified.json["cases"], verified.json["figures"]["pages"]) == (0, 4, 4)


def test_a_page_is_the_size_of_its_paper_and_carries_its_text(delivered: Path) -> None:
    with zipfile.ZipFile(revision(delivered, 1) / "KS.2010.01.zip") as archive:
        assert archive.namelist() == ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf"]
        with archive.open("KS.2010.01.001.pdf") as stream, pikepdf.open(stream) as pdf:
            assert len(pdf.pages) == 2
            width, height = (float(side) for side in pdf.pages[0].mediabox.as_list()[2:])
            assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (105, 148)


def test_the_workbook_has_a_row_for_each_pdf(delivered: Path) -> None:
    book = openpyxl.load_workbook(revision(delivered, 1) / "KS.2010.01.xlsx")
    rows = list(book["DL Import"].iter_rows(values_only=True))
    headers = [str(cell).strip() for cell in rows[0]]
    numbers = [row[headers.index("so")] for row in rows[1:]]
    assert numbers == ["01/2010", "02/2010"]


def test_every_page_over_the_budget_is_named_in_the_report(cli: Cli, processed: Path) -> None:
    convention = processed / "conventions" / "small.toml"
    convention.write_text(convention.read_text() + "kb_per_a4 = 10\n")
    assert cli("accept", BOOK, station=processed).code == 0
    told = cli("deliver", BOOK, "--json", station=processed)
    assert told.code == 0, told.err
    assert told.json["warnings"] >= 4
    report = (revision(processed, 1) / "report.html").read_text(encoding="utf-8")
    for name in ("KS.2010.01.001.pdf", "KS.2010.01.002.pdf"):
        for number in (1, 2):
            assert f"page {number}: it is larger than the guideline of the convention" in report
        assert name in report


def test_a_convention_may_ask_for_parts_and_folders(cli: Cli, processed: Path) -> None:
    convention = processed / "conventions" / "small.toml"
    text = convention.read_text() + '[names]\nfolder = "{kind}.{year:4}"\n[zip]\nmax_mb = 1\n'
    convention.write_text(text)
    assert cli("accept", BOOK, station=processed).code == 0
    told = cli("deliver", BOOK, "--json", station=processed)
    assert told.code == 0, told.err
    archive = Path(told.json["archives"][0])
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == ["KS.2010/KS.2010.01.001.pdf", "KS.2010/KS.2010.01.002.pdf"]
    assert cli("verify", archive, "--convention", convention).code == 0
    assert cli("verify", archive).code == 43


def test_a_convention_learnt_from_a_package_fits_it(cli: Cli, delivered: Path, tmp_path: Path) -> None:
    folder = revision(delivered, 1)
    package, workbook = folder / "KS.2010.01.zip", folder / "KS.2010.01.xlsx"
    learnt = cli("convention", "learn", package, "--index", workbook, "--name", "ours", station=tmp_path)
    assert learnt.code == 0, learnt.err
    file = tmp_path / "ours.toml"
    file.write_text(learnt.out)
    strict = cli("convention", "check", "default", package, "--index", workbook, "--json")
    assert strict.code == 41 and {found["code"] for found in strict.json["findings"]} == {"pdf-dpi"}
    fits = cli("convention", "check", file, package, "--index", workbook)
    assert (fits.code, "fits KS.2010.01.zip" in fits.err) == (0, True), fits.out
    assert 'pdf = "{kind}.{year:4}.{volume:2}.{number:3}.pdf"' in learnt.out
    alone = Path(shutil.copy(package, tmp_path / package.name))
    assert cli("convention", "check", file, alone).code == 0
    (delivered / "conventions" / "empty.toml").write_text("")
    listed = cli("convention", "list", "--json", station=delivered)
    assert {row["name"] for row in listed.json} == {"archive", "default", "long", "small"}
    assert (listed.code, "empty.toml" in listed.err) == (10, True)


def test_a_book_that_is_not_ready_is_refused_with_the_list(cli: Cli, captured: Path) -> None:
    refused = cli("deliver", BOOK, station=captured)
    assert refused.code == 42
    assert "unprocessed: pages 1-4" in refused.err
    assert not (captured / "out" / "14758@2025-06-30").exists()


def test_the_same_pages_give_the_same_bytes_on_another_station(
    cli: Cli, delivered: Path, tmp_path: Path, page_folder: Path
) -> None:
    other = tmp_path / "other"
    make_small_station(other)
    cli(*ADD, "--pages", 4, "--cases", 2, "--rule", "pages:2", station=other)
    cli("capture", BOOK, "--from", page_folder, station=other)
    assert cli("nightly", "--engine", "pool", "--workers", 2, station=other).code == 0
    papers = ("report.html", "report.pdf", "delivery-note.pdf", "delivery-note.xlsx", "delivery-note.json")
    for name in ("KS.2010.01.zip", "KS.2010.01.xlsx", "manifest.json", *papers):
        assert digest(revision(other, 1) / name) == digest(revision(delivered, 1) / name)


def test_delivering_again_without_a_change_makes_no_new_revision(cli: Cli, delivered: Path) -> None:
    again = cli("deliver", BOOK, "--json", station=delivered)
    assert (again.code, again.json["new"], again.json["revision"]) == (0, False, 1)
    assert not revision(delivered, 2).exists()


def test_a_redone_page_is_re_issued_and_the_other_members_keep_their_bytes(cli: Cli, delivered: Path) -> None:
    rejected = cli("reject", BOOK, 3, "--reason", "faded", "--redo", "plain", "--ticket", "QA-7", station=delivered)
    assert rejected.code == 0, rejected.err
    assert cli("deliver", BOOK, station=delivered).code == 42
    night = cli("nightly", "--json", station=delivered)
    assert (night.last_json["processed"], names_delivered(night)) == (
        1,
        [],
    )  # what a person sent back waits for a person
    assert cli("accept", BOOK, 3, station=delivered).code == 0
    assert names_delivered(cli("nightly", "--json", station=delivered)) == ["14758/KS.2010.01 r2"]
    first, second = members(revision(delivered, 1)), members(revision(delivered, 2))
    assert first["KS.2010.01.001.pdf"] == second["KS.2010.01.001.pdf"]
    assert first["KS.2010.01.002.pdf"] != second["KS.2010.01.002.pdf"]
    changes = json.loads((revision(delivered, 2) / "manifest.json").read_text())["changes"]
    (page,) = changes["files"][0].pop("pages")
    assert (changes["against"], changes["files"]) == (1, [{"name": "KS.2010.01.002.pdf", "what": "changed"}])
    assert (page["page"], page["reason"], page["ticket"]) == ("3", "faded", "QA-7") and page["person"]
    assert "QA-7" in (revision(delivered, 2) / "report.html").read_text()
    zips = [revision(delivered, number) / "KS.2010.01.zip" for number in (1, 2)]
    assert "KS.2010.01.002.pdf (pages 3: faded" in cli("diff", *zips).out


def test_a_rescanned_page_is_replaced_and_its_first_master_is_kept(
    cli: Cli, delivered: Path, tmp_path: Path, page_folder: Path
) -> None:
    assert cli("reject", BOOK, 2, "--reason", "blurred", "--rescan", station=delivered).code == 0
    shown = cli("book", "show", BOOK, "--json", station=delivered).json
    assert [page["page"] for page in shown["page_list"] if page["status"] == "missing"] == ["2"]
    again = tmp_path / "again"
    again.mkdir()
    with Image.open(page_folder / "page2.png") as image:
        image.rotate(180).save(again / "page2.png", dpi=(100, 100))
    assert cli("capture", BOOK, "--from", again, station=delivered).code == 0
    assert cli("nightly", station=delivered).code == 1
    assert cli("accept", BOOK, 2, station=delivered).code == 0
    assert cli("nightly", station=delivered).code == 0
    assert revision(delivered, 2).is_dir()
    check = cli("check", "--json", station=delivered)
    assert (check.code, check.json["orphans"]) == (0, [])


def test_importing_a_folder_twice_captures_nothing_twice(cli: Cli, captured: Path, page_folder: Path) -> None:
    again = cli("capture", BOOK, "--from", page_folder, station=captured)
    assert (again.code, "0 pages captured" in again.err) == (0, True)


def test_a_bad_file_keeps_its_place_while_the_rest_goes_on(cli: Cli, station: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in (1, 3):
        Image.new("RGB", (300, 400), (250, 240, 200 + number)).save(folder / f"{number}.png", dpi=(100, 100))
    (folder / "2.png").write_bytes(b"no picture")
    cli(*ADD, station=station)
    first = cli("capture", BOOK, "--from", folder, station=station)
    assert first.code == 1
    assert "REFUSED 2.png" in first.err
    Image.new("RGB", (300, 400), (250, 240, 202)).save(folder / "2.png", dpi=(100, 100))
    assert cli("capture", BOOK, "--from", folder, station=station).code == 0
    shown = cli("book", "show", BOOK, "--json", station=station).json
    assert [page["page"] for page in shown["page_list"]] == ["1", "2", "3"]
    assert not shown["awaited"]


def test_pages_beyond_the_stated_total_are_kept_and_stop_the_delivery(
    cli: Cli, station: Path, page_folder: Path
) -> None:
    cli(*ADD, "--pages", 3, station=station)
    assert cli("capture", BOOK, "--from", page_folder, station=station).code == 1
    night = cli("nightly", station=station)
    assert (night.code, "no place for" in night.err) == (1, True)


def test_a_duplicated_number_refuses_the_delivery_until_it_is_resolved(cli: Cli, processed: Path) -> None:
    index = processed / "index.csv"
    index.write_text("number,first,last,date\n1,1,2,2010-01-04\n01,3,4,2010-01-05\n")
    cli("book", "amend", BOOK, "--rule", f"index:{index}", station=processed)
    night = cli("nightly", station=processed)
    assert (night.code, "case number 1/2010 occurs more than once" in night.err) == (1, True)
    index.write_text("number,first,last,date\n1,1,2,2010-01-04\n1a,3,4,2010-01-05\n")
    cli("book", "amend", BOOK, "--rule", f"index:{index}", station=processed)
    assert cli("nightly", station=processed).code == 0
    assert (revision(processed, 1) / "KS.2010.01.zip").exists()


def origins(cli: Cli, station: Path) -> dict[str, str]:
    """Return which file stands on which page."""
    from scanpipe.state.journal import Journal
    from scanpipe.state.page_facts import page_facts

    journal = Journal(station / "journal.sqlite", write=False)
    try:
        return {facts.page.label: Path(str(facts.file)).name for facts in page_facts(journal, 1)}
    finally:
        journal.close()


def test_a_page_that_was_left_out_gets_its_place_and_nothing_is_processed_again(
    cli: Cli, processed: Path, tmp_path: Path, page_folder: Path
) -> None:
    assert cli("book", "amend", BOOK, "--pages", 5, "--rule", "pages:1", station=processed).code == 0
    assert cli("book", "shift", BOOK, 2, "--by", 1, station=processed).code == 0
    left_out = tmp_path / "left out"
    left_out.mkdir()
    with Image.open(page_folder / "page1.png") as image:
        image.rotate(180).save(left_out / "between.png", dpi=(100, 100))
    assert cli("capture", BOOK, "--from", left_out, station=processed).code == 0
    order = {"1": "page1.png", "2": "between.png", "3": "page2.png", "4": "page3.png", "5": "page4.png"}
    assert origins(cli, processed) == order
    assert cli("nightly", "--json", station=processed).last_json["processed"] == 1


def test_a_page_captured_twice_leaves_the_book_and_its_capture_is_kept(cli: Cli, captured: Path) -> None:
    assert cli("book", "shift", BOOK, 3, "--by", -1, station=captured).code == 0
    assert origins(cli, captured) == {"1": "page1.png", "2": "page3.png", "3": "page4.png"}
    shown = cli("book", "show", BOOK, "--json", station=captured).json
    assert [page["page"] for page in shown["page_list"] if page["status"] == "missing"] == ["4"]
    assert cli("check", "--json", station=captured).json["blobs"] == 4


def test_paper_beyond_the_stated_total_gets_a_place_when_the_total_is_mended(
    cli: Cli, station: Path, page_folder: Path
) -> None:
    cli(*ADD, "--pages", 2, station=station)
    cli("capture", BOOK, "--from", page_folder, station=station)
    assert cli("book", "amend", BOOK, "--pages", 4, station=station).code == 0
    assert list(origins(cli, station).values()) == ["page1.png", "page2.png", "page3.png", "page4.png"]


def test_a_changed_published_zip_is_noticed_and_a_lost_pdf_is_made_again(cli: Cli, delivered: Path) -> None:
    archive = revision(delivered, 1) / "KS.2010.01.zip"
    whole = archive.read_bytes()
    archive.write_bytes(whole + b"x")
    changed = cli("deliver", BOOK, station=delivered)
    assert (changed.code, "was changed" in changed.err) == (43, True)
    for blob in (delivered / "store").glob("??/*"):
        if blob.read_bytes().startswith(b"%PDF") and b"KS.2010.01" in blob.read_bytes():
            blob.chmod(0o644)
            blob.write_bytes(b"torn")
    archive.write_bytes(whole)
    assert cli("deliver", BOOK, "--json", station=delivered).json["new"] is False
    assert cli("check", station=delivered).code == 0


def test_a_night_leaves_a_book_without_a_stated_total_to_a_person(cli: Cli, station: Path, page_folder: Path) -> None:
    cli(*ADD, station=station)
    cli("capture", BOOK, "--from", page_folder, station=station)
    night = cli("nightly", station=station)
    assert (night.code, "--pages N" in night.err) == (1, True)
    assert cli("deliver", BOOK, station=station).code == 0
