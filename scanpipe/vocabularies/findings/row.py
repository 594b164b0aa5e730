"""What a row of the table of findings holds."""

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "warning"]
ERROR: Final = ("error",)
WARNING: Final = ("warning",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """One row.

    Attributes:
        code: how reports and scripts write it.
        cause: what was found, whatever file it was found in.
        remedy: what to do about it.
        severities: an error refuses the package, a warning is for a person to judge; some codes occur as either.
    """

    code: str
    cause: str
    remedy: str
    severities: tuple[Severity, ...] = ERROR
