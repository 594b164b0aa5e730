"""What the system says about a file, in the person's words, and the remedy."""

import errno

from scanpipe.messages import LazyText, lazy


def describe(error: Exception) -> LazyText | str:
    """Return why a file could not be read or written; what no system said stays in the words of the library."""
    known = {
        errno.ENOENT: lazy("the file or folder does not exist"),
        errno.EACCES: lazy("you do not have permission to read or write it"),
        errno.EPERM: lazy("you do not have permission to read or write it"),
        errno.EISDIR: lazy("it is a folder, not a file"),
        errno.ESPIPE: lazy("it is a pipe or a device, not a file"),
        errno.ENOTDIR: lazy("expected a folder, found a file"),
        errno.EROFS: lazy("the disk is read-only"),
        errno.EIO: lazy("the disk failed"),
    }
    if not isinstance(error, OSError):
        return str(error)
    return known.get(error.errno or 0) or error.strerror or str(error)


def remedy_for(error: Exception, *, otherwise: LazyText | str = "") -> LazyText | str:
    """Return what to do about it; `otherwise` where the file was read and is wrong in itself."""
    allowed = lazy("Ask for permission, or choose another location.")
    known = {
        errno.ENOENT: lazy("Check the name. Make the folder before you write a file into it."),
        errno.EACCES: allowed,
        errno.EPERM: allowed,
        errno.EISDIR: lazy("Give the name of a file."),
        errno.ESPIPE: lazy("Save its output to a file, and give the name of that file."),
        errno.ENOTDIR: lazy("Choose another folder, or move the file."),
        errno.EROFS: allowed,
        errno.EIO: lazy("Copy the data to another disk, and have the disk examined."),
    }
    return known.get(error.errno or 0, otherwise) if isinstance(error, OSError) else otherwise
