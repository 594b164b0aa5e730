"""Self-tests of scanners, as the journal has them."""

from dataclasses import dataclass

from scanpipe.state.journal import Journal


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestRow:
    """A self-test: which device, what was measured (JSON), the picture, and when."""

    device: str
    report: str
    digest: str
    at: str


def newest_selftest(journal: Journal, device: str = "") -> SelfTestRow | None:
    """Return the newest self-test of a device, by default of any; None where there is none."""
    row = journal.db.execute(
        "SELECT device, report, digest, at FROM selftest WHERE ? IN ('', device) ORDER BY id DESC LIMIT 1", (device,)
    ).fetchone()
    return None if row is None else SelfTestRow(device=row[0], report=row[1], digest=row[2], at=row[3])
