"""What was published and is gone, or cannot be written: told, and made again with the same bytes."""

import json
import shutil
from pathlib import Path

from tests.conftest import Cli
from tests.crash.conftest import content
from tests.e2e.conftest import BOOK, revision, send_back


def test_out_that_was_deleted_is_told_and_made_again_byte_for_byte(cli: Cli, delivered: Path) -> None:
    send_back(cli, delivered, 2, "faded")
    before = content(delivered / "out")
    shutil.rmtree(delivered / "out")
    told = cli("check", station=delivered)
    assert told.code == 1
    folder, again = revision(delivered, 2), f"scanpipe deliver 14758@2025-06-30/{BOOK} --again"
    assert f"missing folder of a published revision: {folder} (run '{again}'" in told.out
    stands = cli("deliver", BOOK, station=delivered)
    assert f"'scanpipe deliver 14758/{BOOK} --again' to make it again" in stands.err
    assert not (delivered / "out").exists()
    assert cli("reject", BOOK, 1, "--reason", "faded", station=delivered).code == 0  # it stands for what was then
    made = cli("deliver", BOOK, "--again", "--json", station=delivered)
    assert (made.code, made.json) == (0, [str(revision(delivered, number)) for number in (1, 2)])
    assert content(delivered / "out") == before
    assert cli("check", station=delivered).code == 0
    assert "No folder" in cli("deliver", BOOK, "--again", station=delivered).err


def test_a_convention_changed_since_is_told_instead_of_another_package(cli: Cli, delivered: Path) -> None:
    shutil.rmtree(delivered / "out")
    rules = delivered / "conventions" / "small.toml"
    rules.write_text(rules.read_text() + '[zip]\npacking = "deflated"\n')
    refused = cli("deliver", BOOK, "--again", station=delivered)
    assert refused.code == 40
    assert "r1 cannot be made again: its ZIP would have different bytes" in refused.err
    assert not revision(delivered, 1).exists()


def test_a_manifest_with_an_odd_name_is_refused_with_the_remedy(cli: Cli, delivered: Path) -> None:
    odd = revision(delivered, 2)
    shutil.copytree(revision(delivered, 1), odd)
    manifest = json.loads((odd / "manifest.json").read_text())
    for name in ("../KS.zip", "a/b.zip", "", "..", "a\x00b.zip"):
        manifest["revision"], manifest["files"][-1]["name"] = 2, name
        (odd / "manifest.json").write_text(json.dumps(manifest))
        refused = cli("deliver", BOOK, station=delivered)
        assert refused.code == 40, refused.err
        assert "cannot be read as a manifest" in refused.err
        assert "Move its folder to another place" in refused.err
