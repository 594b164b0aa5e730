"""Opening a file that a person names: never anything but a plain one.

A pipe has no end until somebody writes to it, a device may have none at all, and either may do something when it is
opened. So what it is is asked before it is opened, and once more of what was opened.
"""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path
from typing import Final

from scanpipe.messages import _

NOT_PLAIN: Final = errno.ESPIPE
"""The error number of a pipe or device: what the system says of a pipe that is to be read from its beginning."""


def open_plain(path: Path) -> BufferedReader:
    """Open a plain file for reading.

    Raises:
        OSError: it cannot be opened, or is a folder, a pipe, a device or a socket.
    """
    _refuse_special(path, path.stat())
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _refuse_special(path, os.fstat(handle))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_plain(path: Path, *, most: int = 16_000_000) -> bytes:
    """Return the content of a plain file.

    Raises:
        OSError: as `open_plain`; also where it has more than `most` bytes.
    """
    with open_plain(path) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, _("it is larger than {mb:g} MB").format(mb=most / 1_000_000), str(path))
    return data


def _refuse_special(path: Path, found: os.stat_result) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(NOT_PLAIN, os.strerror(NOT_PLAIN), str(path))
