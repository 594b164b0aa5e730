"""The states that a PDF had before it was added to, which lie in it still (ISO 32000-1, 7.5.6).

Signing adds to a PDF, and changes no page. Whatever else was added may hide what a page showed before.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from scanpipe.errors import PackageError
from scanpipe.messages import lazy

_END = b"%%EOF"
_MAX_STATES = 32


def earlier_states(data: bytes) -> Iterator[bytes]:
    """Yield what the file was before each addition, the first first; most have none.

    Raises:
        PackageError: far too many.
    """
    ends = []
    at = data.find(_END)
    while at >= 0:
        ends.append(at + len(_END))
        if len(ends) > _MAX_STATES:
            raise PackageError(lazy("it was extended too many times"))
        at = data.find(_END, at + len(_END))
    for end in ends[:-1]:
        yield data[:end]


@contextmanager
def opened_state(data: bytes) -> Iterator[Pdf | None]:
    """Open an earlier state; None where it is none that can be opened, as the first part of a linearized PDF."""
    try:
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PdfError:
        yield None
        return
    with pdf:
        yield pdf


def shown_pages(pdf: Pdf) -> tuple[bytes, ...]:
    """Return a digest of what each page draws: its content, and the pictures and forms that it names."""
    return tuple(map(_drawn, pdf.pages))


def _drawn(page: pikepdf.Page) -> bytes:
    digest = hashlib.sha256()
    for part in (*_streams(page.obj.get(Name.Contents)), *_streams(page.resources.get(Name.XObject))):
        digest.update(hashlib.sha256(part.read_raw_bytes()).digest())
    return digest.digest()


def _streams(item: Object | None) -> list[Stream]:
    if isinstance(item, Stream):
        return [item]
    values: list[object] = []
    if isinstance(item, Array):
        values = list(item.as_list())
    elif isinstance(item, Dictionary):
        values = [value for _key, value in sorted(item.items())]
    return [value for value in values if isinstance(value, Stream)]
