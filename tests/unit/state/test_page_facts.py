"""What the journal says of a book's pages at this moment, from rows as commands write them."""

from pathlib import Path

import pytest

from scanpipe.model import Book, BookId, Page, Placement
from scanpipe.state import views
from scanpipe.state.journal import Journal
from scanpipe.state.page_facts import PageFacts, page_facts
from scanpipe.state.views import FilePage

KS = BookId(unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)
BLOBS = {"image": "i", "mask": "m", "words": "w", "text_layer": "t"}


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.sqlite", write=True, create=True)
    journal.add_book(Book(id=KS), person="lan")
    journal.add_recipe("own", name="default", body='{"steps": []}')
    return journal


def capture(journal: Journal, *labels: str, file: str = "scans/a.png", side: str = "single", digest: str = "d") -> int:
    regions = ("left", "right") if len(labels) == 2 else ("",)
    placements = [Placement(page=Page.parse(label), region=half) for label, half in zip(labels, regions, strict=False)]
    facts = {"side": side, "device": "folder", "digest": digest, "flags": '["blurred"]', "checks": "{}"}
    return journal.add_capture(
        1, placements, sheet=None, operator="lan", file=(file, None), width=1, height=1, dpi=300.0, **facts
    )


def version(journal: Journal, made_of: int, *, region: str = "", image: str = "i") -> None:
    facts = {"dpi": 300.0, "confidence": 91.5, "flags": '["faint"]', "report": "{}", "tools": "{}"}
    journal.add_version(capture=made_of, region=region, recipe="own", **{**BLOBS, "image": image}, **facts)


def fail(journal: Journal, made_of: int, message: str) -> None:
    journal.add_fact("failure", capture=made_of, region="", recipe="own", code="OcrFailed", message=message)


def say(journal: Journal, label: str, decision: str, *, of: int | None = None, reason: str = "faded") -> None:
    row = {"version": of, "decision": decision, "reason": reason, "recipe": None, "person": "minh", "ticket": "CV 1"}
    journal.add_facts("verdict", [{**row, "placement": page(journal, label).placement}])


def page(journal: Journal, label: str) -> PageFacts:
    return next(facts for facts in page_facts(journal, 1) if facts.page.label == label)


def test_pages_come_in_reading_order_whatever_came_in_first(journal: Journal) -> None:
    for label in ("B1", "2", "F1", "10", "1"):
        capture(journal, label)
    assert [facts.page.label for facts in page_facts(journal, 1)] == ["F1", "1", "2", "10", "B1"]


def test_both_pages_of_a_spread_are_halves_of_one_capture_with_versions_of_their_own(journal: Journal) -> None:
    spread = capture(journal, "1", "2")
    version(journal, spread, region="right", image="right half")
    shown = {label: page(journal, label) for label in ("1", "2")}
    assert {label: (facts.capture, facts.region) for label, facts in shown.items()} == {
        "1": (spread, "left"),
        "2": (spread, "right"),
    }
    assert [made.image for made in shown["2"].versions] == ["right half"]
    assert shown["1"].versions == ()


def test_a_page_has_its_flags_versions_and_newest_verdict(journal: Journal) -> None:
    version(journal, capture(journal, "1"))
    say(journal, "1", "reject")
    say(journal, "1", "accept", of=1, reason="")
    facts = page(journal, "1")
    assert (facts.capture_flags, facts.file) == (("blurred",), FilePage("scans/a.png"))
    assert [(made.row, made.recipe_name, made.flags, made.confidence) for made in facts.versions] == [
        (1, "default", ("faint",), 91.5)
    ]
    assert facts.verdict
    assert (facts.verdict.decision, facts.verdict.version, facts.verdict.person) == ("accept", 1, "minh")


def test_only_failures_since_the_newest_verdict_count(journal: Journal) -> None:
    failing = capture(journal, "1")
    fail(journal, failing, "before")
    assert page(journal, "1").failures == (("own", "before"),)
    say(journal, "1", "redo")
    assert page(journal, "1").failures == ()
    fail(journal, failing, "after")
    assert page(journal, "1").failures == (("own", "after"),)


def test_a_page_that_was_sent_back_is_awaited_by_its_file_and_half_until_it_comes(journal: Journal) -> None:
    spread = capture(journal, "1", "2", file="scans/spread.png")
    say(journal, "2", "rescan", reason="cut-off")
    assert [facts.page.label for facts in page_facts(journal, 1)] == ["1"]
    (awaited,) = views.awaited_pages(journal, 1)
    assert (awaited.placement, awaited.capture, awaited.outcome, awaited.detail, awaited.file) == (
        Placement(page=Page.parse("2"), region="right"),
        spread,
        "rescan",
        "cut-off",
        FilePage("scans/spread.png"),
    )
    capture(journal, "2")
    assert views.awaited_pages(journal, 1) == ()
    assert page(journal, "2").ever_sent_back  # it took the place of what was sent back
    assert not page(journal, "1").ever_sent_back


def test_awaited_pages_come_in_reading_order(journal: Journal) -> None:
    for label in ("B1", "10", "2", "F1"):
        journal.refuse_file(1, Page.parse(label), file=("scans/a.pdf", 1), reason="it is empty", operator="lan")
    awaited = views.awaited_pages(journal, 1)
    assert [each.page.label for each in awaited] == ["F1", "2", "10", "B1"]
    assert {(each.capture, each.outcome, each.detail, each.side) for each in awaited} == {
        (None, "refused", "it is empty", "")
    }


def test_a_released_page_is_neither_there_nor_awaited(journal: Journal) -> None:
    capture(journal, "1")
    journal.place_captures(1, [], release=[page(journal, "1").placement], person="minh")
    assert page_facts(journal, 1) == views.awaited_pages(journal, 1) == ()


def test_a_file_counts_as_imported_until_its_page_is_sent_back_to_the_scanner(journal: Journal) -> None:
    for label, file in (("1", "scans/a.png"), ("2", "scans/b.png"), ("3", "scans/c.png")):
        capture(journal, label, file=file)
    say(journal, "1", "rescan")
    say(journal, "2", "redo")
    assert views.imported_files(journal, 1) == {(FilePage("scans/b.png"), ""), (FilePage("scans/c.png"), "")}


def test_revisions_come_oldest_first_with_what_they_had_read(journal: Journal) -> None:
    capture(journal, "1")
    read = views.newest(journal)
    later = {"newest_verdict": read.verdict, "newest_statement": read.statement, "newest_placement": read.placement}
    later["newest_edit"] = read.edit
    for revision, known in ((2, later), (1, {})):
        facts = {"zip_digest": "z", "members": '{"a.pdf": "d"}', "workbook": "w", "person": "minh"}
        journal.add_fact("delivery", book=1, revision=revision, folder=f"out/r{revision}", **facts, **known)
    say(journal, "1", "accept", reason="")
    old, new = views.deliveries(journal, 1)
    assert [(row.revision, row.folder, row.members) for row in (old, new)] == [
        (1, "out/r1", {"a.pdf": "d"}),
        (2, "out/r2", {"a.pdf": "d"}),
    ]
    assert (old.read, new.read) == (None, read)
    assert views.newest(journal).verdict > read.verdict


def test_of_another_book_nothing_is_told(journal: Journal) -> None:
    capture(journal, "1")
    journal.add_book(Book(id=BookId(unit_code="14758", kind="KH", year=2010, volume=1)), person="lan")
    assert page_facts(journal, 2) == ()
    assert views.imported_files(journal, 2) == frozenset()


def test_a_front_whose_back_never_came_is_alone(journal: Journal) -> None:
    capture(journal, "1", side="front")
    capture(journal, "2", side="back")
    alone = capture(journal, "3", side="front")
    assert views.lone_fronts(journal, 1) == {alone}


def test_a_picture_counts_as_placed_while_it_stands_on_a_page(journal: Journal) -> None:
    capture(journal, "1", digest="first")
    assert views.is_placed(journal, 1, "first")
    capture(journal, "1", digest="second")
    assert not views.is_placed(journal, 1, "first")


def test_reasons_of_rejections_are_kept_but_not_those_of_rescans(journal: Journal) -> None:
    first = capture(journal, "1")
    say(journal, "1", "reject", reason="faded")
    say(journal, "1", "redo", reason="smudged")
    say(journal, "1", "rescan", reason="cut-off")
    assert views.rejection_reasons(journal, 1) == {(first, ""): frozenset({"faded", "smudged"})}


def test_a_recipe_comes_back_as_it_was_written(journal: Journal) -> None:
    assert views.recipe_body(journal, "own") == {"steps": []}
