"""A browser is led to a secret address by a file: whatever a program is started with is seen by all on the computer."""

import html
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scanpipe.errors import DiskFull
from scanpipe.system.fsio import write_atomic


@contextmanager
def opened_in_browser(address: str, path: Path) -> Iterator[None]:
    """Open an address in the person's browser by the file `path`, which is gone afterwards.

    Only this account may read the file, which leads on to the address. Where there is no browser, or no file can be
    written, nothing is opened: the person was told the address.
    """
    opening = None
    with suppress(OSError, DiskFull):
        write_atomic(path, _leading_to(address).encode(), mode=0o600)
        opening = _opened(path)
    try:
        yield
    finally:
        if opening:
            opening.poll()  # it ended long ago, or is the browser itself
        with suppress(OSError):
            path.unlink()


def _opened(path: Path) -> subprocess.Popen[bytes] | None:
    opener, null = shutil.which("xdg-open"), subprocess.DEVNULL
    if opener is None:
        return None
    return subprocess.Popen([opener, path.as_uri()], stdin=null, stdout=null, stderr=null, start_new_session=True)


def _leading_to(address: str) -> str:
    target = html.escape(address)
    refresh = f'<meta http-equiv="refresh" content="0; url={target}">'
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>scanpipe</title>{refresh}</head></html>\n'
