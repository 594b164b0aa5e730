"""What the system says about a file, in the person's words and with the way out."""

import errno

from scanpipe.messages import _


def reason_of(error: Exception) -> str:
    """Return why a file could not be read or written; what no system said stays in the words of the library."""
    known = {
        errno.ENOENT: _("there is no such file or folder"),
        errno.EACCES: _("you are not allowed to read or write it"),
        errno.EPERM: _("you are not allowed to read or write it"),
        errno.EISDIR: _("it is a folder, not a file"),
        errno.ESPIPE: _("it is a pipe or a device, not a file"),
        errno.ENOTDIR: _("a file stands where a folder should be"),
        errno.EROFS: _("nothing can be written on this disk"),
        errno.EIO: _("the disk failed"),
    }
    if not isinstance(error, OSError):
        return str(error)
    return known.get(error.errno or 0) or error.strerror or str(error)


def way_out(error: Exception, *, otherwise: str = "") -> str:
    """Return what to do about it; `otherwise` where the file was read and is wrong in itself."""
    allowed = _("Have the right given to you, or name another place.")
    known = {
        errno.ENOENT: _("Look at the name; a folder must be there before a file can be written into it."),
        errno.EACCES: allowed,
        errno.EPERM: allowed,
        errno.EISDIR: _("Name the file."),
        errno.ESPIPE: _("Save what it gives into a file, and name that."),
        errno.ENOTDIR: _("Name another folder, or move the file away."),
        errno.EROFS: allowed,
        errno.EIO: _("Copy what is on the disk to another one, and have it examined."),
    }
    return known.get(error.errno or 0, otherwise) if isinstance(error, OSError) else otherwise
