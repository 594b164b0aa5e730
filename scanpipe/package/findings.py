"""What verifying a package found: every finding, not only the first."""

from dataclasses import dataclass
from enum import StrEnum

from scanpipe.messages import LazyText, _
from scanpipe.package.paper_area import NO_FIGURES, PageFigures
from scanpipe.vocabularies.findings import FINDINGS


class Severity(StrEnum):
    """An error refuses the package; a warning is for a person to judge."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: `code` for scripts, `member` the file (or row) it is about, `message` for people.

    `code` is one of `FINDINGS`, and `severity` one that its row has; KeyError, AssertionError if not.
    `column` is the one of the workbook that it is about, if it is about one.
    """

    severity: Severity
    code: str
    member: str
    message: LazyText | str
    column: str = ""

    def __post_init__(self) -> None:
        assert self.severity in FINDINGS[self.code].severities, f"no row has {self.code} as {self.severity}"

    def __str__(self) -> str:
        severity = _("error") if self.severity is Severity.ERROR else _("warning")
        return f"{severity}: {self.member}: {self.message} [{self.code}]"


def error(code: str, member: str, message: LazyText | str, *, column: str = "") -> Finding:
    """Return a finding that refuses the package."""
    return Finding(severity=Severity.ERROR, code=code, member=member, message=message, column=column)


def warning(code: str, member: str, message: LazyText | str, *, column: str = "") -> Finding:
    """Return a finding for a person to judge."""
    return Finding(severity=Severity.WARNING, code=code, member=member, message=message, column=column)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of verifying a package: what it holds and everything that was found.

    `figures` are those of its manifest, worked out again; without one, of the PDFs in the ZIP alone.
    """

    package: str
    findings: tuple[Finding, ...]
    cases: int = 0
    figures: PageFigures = NO_FIGURES
    workbook_rows: int = 0

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that refuse the package."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings for a person to judge."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)

    @property
    def ok(self) -> bool:
        """Whether the package may be handed over."""
        return not self.errors
