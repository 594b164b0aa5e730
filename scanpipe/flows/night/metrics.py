"""A night as a text file for Prometheus' node exporter (its textfile collector), written so that nobody reads half."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from scanpipe.errors import UsageError
from scanpipe.flows.night.events import NightSummary
from scanpipe.messages import lazy
from scanpipe.system.fsio import write_atomic

_FIRST = "# scanpipe: what the last night run did\n"


def write_metrics(path: Path, station: Path, *, exit_code: int, summary: NightSummary | None, now: datetime) -> None:
    """Write what a night did; `summary` None: it stopped with an error, and only that is told.

    Raises:
        UsageError: a file is there that is no such text.
        DiskFull: no room; the file is as it was.
    """
    require_own(path)
    lines = [("exit_code", "How the command ended.", {"": float(exit_code)}), *(_figures(summary) if summary else ())]
    lines.append(("run_timestamp_seconds", "When it ended.", {"": now.timestamp()}))
    write_atomic(path, (_FIRST + "".join(_text(station, *line) for line in lines)).encode())


def require_own(path: Path) -> None:
    """Refuse to replace a file that is no text of a night.

    Raises:
        UsageError: it is none.
    """
    if path.exists() and not (path.is_file() and path.read_bytes()[: len(_FIRST)] == _FIRST.encode()):
        raise UsageError(
            lazy("{path} is not a file that scanpipe wrote for Prometheus.", path=path),
            remedy=lazy("Choose another name, or remove the file."),
        )


def _figures(night: NightSummary) -> Iterator[tuple[str, str, dict[str, float]]]:
    """Yield the name of each figure, what it tells, and its values by what they are of."""
    begun, ended = (datetime.fromisoformat(at).timestamp() for at in (night.started, night.ended))
    yield "duration_seconds", "How long it took.", {"": ended - begun}
    pages = {"processed": night.processed, "failed": night.failed, "quarantined": night.quarantined, "left": night.left}
    yield "pages", "Pages, by what became of them.", {key: float(count) for key, count in pages.items()}
    yield "waiting_pages", "Pages that wait, by their status.", {k: float(n) for k, n in night.waiting.items()}
    yield "accepted_pages", "Pages that the policy accepted.", {"": float(night.accepted)}
    yield "delivered_books", "Books that were delivered.", {"": float(len(night.delivered))}
    yield "attention", "Things that need a person.", {"": float(len(night.attention))}
    yield "store_files_read", "Stored files that were read.", {"": float(night.store.files)}
    yield "store_files_damaged", "Those of them that are damaged or gone.", {"": float(night.store.damaged)}
    yield "journal_copied", "Whether the journal was copied, and the copy read back.", {"": float(bool(night.copied))}
    if night.disk:
        yield "disk_free_bytes", "Bytes that are free.", {"": float(night.disk.free)}
        yield "store_growth_bytes_per_day", "Bytes a day by which the store grows.", {"": float(night.disk.per_day)}
        if night.disk.days_left is not None:
            yield "disk_days_left", "Days until capture stops.", {"": night.disk.days_left}


def _text(station: Path, name: str, told: str, values: dict[str, float]) -> str:
    full = f"scanpipe_night_{name}"
    head = f"# HELP {full} {told}\n# TYPE {full} gauge\n"
    return head + "".join(f"{full}{{{_labels(station, of)}}} {value:.15g}\n" for of, value in values.items())


def _labels(station: Path, of: str) -> str:
    named = str(station).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'station="{named}"' + (f',what="{of}"' if of else "")
