"""What the system says about a file, in the person's words, and the remedy."""

import errno

from scanpipe.messages import LazyText, lazy


def describe(error: Exception) -> LazyText | str:
    """Return why a file could not be read or written; what no system said stays in the words of the library."""
    known = {
        errno.ENOENT: lazy("there is no such file or folder"),
        errno.EACCES: lazy("you are not allowed to read or write it"),
        errno.EPERM: lazy("you are not allowed to read or write it"),
        errno.EISDIR: lazy("it is a folder, not a file"),
        errno.ESPIPE: lazy("it is a pipe or a device, not a file"),
        errno.ENOTDIR: lazy("a file stands where a folder should be"),
        errno.EROFS: lazy("nothing can be written on this disk"),
        errno.EIO: lazy("the disk failed"),
    }
    if not isinstance(error, OSError):
        return str(error)
    return known.get(error.errno or 0) or error.strerror or str(error)


def remedy_for(error: Exception, *, otherwise: LazyText | str = "") -> LazyText | str:
    """Return what to do about it; `otherwise` where the file was read and is wrong in itself."""
    allowed = lazy("Have the right given to you, or name another place.")
    known = {
        errno.ENOENT: lazy("Look at the name; a folder must be there before a file can be written into it."),
        errno.EACCES: allowed,
        errno.EPERM: allowed,
        errno.EISDIR: lazy("Name the file."),
        errno.ESPIPE: lazy("Save what it gives into a file, and name that."),
        errno.ENOTDIR: lazy("Name another folder, or move the file away."),
        errno.EROFS: allowed,
        errno.EIO: lazy("Copy what is on the disk to another one, and have it examined."),
    }
    return known.get(error.errno or 0, otherwise) if isinstance(error, OSError) else otherwise
