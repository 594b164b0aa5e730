"""What is answered where a flow refuses: its own words, under a status that says whose fault it is."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from scanpipe.errors import (
    BlobDamaged,
    BookUnknown,
    ConfigError,
    PageUnknown,
    ScanpipeError,
    StationLocked,
    UsageError,
    VerdictOutdated,
    WorkbookError,
)
from scanpipe.review.web.answers import Failures, json_answer

_STATUSES: Final = {
    BookUnknown: 404,
    PageUnknown: 404,
    BlobDamaged: 410,
    StationLocked: 409,
    VerdictOutdated: 409,
    UsageError: 422,
    ConfigError: 422,
    WorkbookError: 422,
}
_OURS: Final = 503


async def _refused(_request: Request, error: Exception) -> Response:
    """Answer with what happened and what to do next."""
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), _OURS)
    return json_answer({"error": str(error)}, status)


FAILURES: Final[Failures] = {ScanpipeError: _refused}
