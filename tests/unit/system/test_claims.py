"""What one has open, another does not get: between windows, and between processes."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from scanpipe.system import claims
from scanpipe.system.claims import Claims


def taken_by(table: Claims, thing: str, holder: str) -> str:
    found = table.claim(thing, holder=holder, person=holder.upper())
    return found.person if found else ""


def test_one_thing_has_one_holder_until_it_is_given_up(tmp_path: Path) -> None:
    table = Claims(tmp_path, "review")
    assert taken_by(table, "1", "a") == ""
    assert taken_by(table, "1", "b") == "A"
    assert taken_by(table, "1", "a") == ""  # again
    assert taken_by(table, "2", "a") == ""  # gives up the first
    assert taken_by(table, "1", "b") == ""
    assert [claim.thing for claim in table.others("a")] == ["1"]
    table.release("b")
    assert table.others("a") == ()
    table.close()


def test_a_claim_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "LEASE_S", -1.0)
    table = Claims(tmp_path, "review")
    taken_by(table, "1", "a")
    assert taken_by(table, "1", "b") == ""
    table.close()


def hold(folder: Path, told: Connection) -> None:
    """Claim a thing, tell so, and wait to be killed."""
    table = Claims(folder, "review")
    told.send(taken_by(table, "1", "other"))
    told.recv()


def test_the_claims_of_another_process_count_until_it_dies(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=hold, args=(tmp_path, theirs))
    process.start()
    table = Claims(tmp_path, "review")
    assert ours.recv() == ""
    assert taken_by(table, "1", "a") == "OTHER"
    process.kill()
    process.join()
    assert taken_by(table, "1", "a") == ""
    table.close()
    assert [path.name for path in tmp_path.iterdir()] == ["review"]  # nothing of the dead is left
