"""Which blobs are damaged, lost or unused, and whose they are."""

from pathlib import Path

import pytest

from scanpipe.model import Book, BookId, Page, Part, Placement
from scanpipe.state.check import Share, check_journal, check_store, due_blobs
from scanpipe.state.journal import Journal
from scanpipe.state.revision_files import RevisionFile, keep_revision_file
from scanpipe.state.store import Store, digest_of

KS = BookId(unit_code="14758", unit_list="2010", kind="KS", year=2010, volume=1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "journal.sqlite", write=True, create=True)
    journal.add_book(Book(id=KS), person="lan")
    return journal


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def capture(journal: Journal, digest: str) -> None:
    facts = {"side": "single", "device": "test:0", "digest": digest, "flags": "[]", "checks": "{}"}
    placements = [Placement(page=Page(part=Part.BODY, number=12))]
    sheet = journal.open_sheet(1, placements[0].page, source="test:0", operator="lan")
    journal.add_capture(1, placements, sheet=sheet, operator="lan", width=1, height=1, dpi=300.0, **facts)


def spoil(store: Store, digest: str) -> None:
    store.path(digest).chmod(0o644)
    store.path(digest).write_bytes(b"something else")


def test_a_store_that_is_whole_has_nothing_to_be_told(journal: Journal, store: Store) -> None:
    capture(journal, store.put(b"master"))
    report = check_store(journal, store)
    assert (report.blobs, report.damaged, report.dangling, report.orphans) == (1, (), (), ())
    assert check_journal(journal) == ()


def test_a_damaged_and_a_lost_blob_are_told_with_their_pages(journal: Journal, store: Store) -> None:
    damaged = store.put(b"master")
    capture(journal, damaged)
    spoil(store, damaged)
    capture(journal, "a" * 64)
    report = check_store(journal, store)
    assert (report.damaged, report.dangling) == ((damaged,), ("a" * 64,))
    assert report.owners == {damaged: "KS.2010.01 12 master", "a" * 64: "KS.2010.01 12 master"}


def test_a_blob_that_no_row_names_is_an_orphan(journal: Journal, store: Store) -> None:
    orphan = store.put(b"left by a crash")
    assert check_store(journal, store).orphans == (orphan,)


@pytest.mark.parametrize(("role", "owner"), [("accompanying", "paper"), ("imported", "workbook")])
def test_files_of_revisions_are_told_from_pages(journal: Journal, store: Store, role: str, owner: str) -> None:
    digest = store.put(b"a file")
    keep_revision_file(journal, 1, 1, role, RevisionFile(name="x", digest=digest))
    spoil(store, digest)
    report = check_store(journal, store)
    assert (report.orphans, report.owners) == ((), {digest: owner})


def test_every_blob_is_in_one_share_and_those_read_before_in_none(store: Store) -> None:
    digests = {store.put(bytes([number])) for number in range(40)}
    shares = [due_blobs(store, Share(number=number, of=3)) for number in (1, 2, 3)]
    assert sorted(digest for share in shares for digest in share) == sorted(digests)
    assert due_blobs(store, Share(after=max(digests))) == ()


def test_shares_together_tell_each_lost_blob_once(journal: Journal, store: Store) -> None:
    kept = {store.put(bytes([number])) for number in range(10)}
    lost = {digest_of(b"lost %d" % number) for number in range(10)}
    for digest in (*kept, *lost):
        capture(journal, digest)
    reports = [check_store(journal, store, Share(number=number, of=3)) for number in (1, 2, 3)]
    assert sorted(digest for report in reports for digest in report.dangling) == sorted(lost)
    assert (sum(report.blobs for report in reports), [report.orphans for report in reports]) == (10, [(), (), ()])


def test_each_file_of_a_version_is_told_by_what_it_is(journal: Journal, store: Store) -> None:
    capture(journal, store.put(b"master"))
    parts = {part: digest_of(part.encode()) for part in ("image", "mask", "words", "text_layer")}
    journal.add_recipe("own", name="default", body="{}")
    facts = {"dpi": 300.0, "confidence": None, "flags": "[]", "report": "{}", "tools": "{}"}
    journal.add_version(capture=1, region="", recipe="own", writing="", **parts, **facts)
    report = check_store(journal, store)
    assert report.owners == {digest: f"KS.2010.01 12 {part}" for part, digest in parts.items()}


def test_a_row_that_refers_to_nothing_is_told(journal: Journal) -> None:
    journal.db.execute("PRAGMA foreign_keys = OFF")
    journal.db.execute("INSERT INTO sheet (book, page, source, operator, at) VALUES (99, '1', 'x', 'x', '')")
    assert check_journal(journal) == ("sheet row 1 -> book",)
