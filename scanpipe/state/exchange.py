"""A place through which a station and its workers give blobs to each other: s3://bucket/prefix.

The store of the station stays what it is, a folder of its own. An exchange holds copies, and may be emptied whenever no
page is processed.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from scanpipe.errors import BlobDamaged, ScanpipeError, StoreFailed
from scanpipe.messages import lazy
from scanpipe.state.store import Store, digest_of


class Exchange:
    """Blobs by content at an address; equal names mean equal content, so it is safe for many machines at once."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs

        self.url = url
        with self._errors_named():
            self._files, self._root = url_to_fs(url, use_listings_cache=False)

    def has(self, digest: str) -> bool:
        """Return whether the blob is there.

        Raises:
            StoreFailed: nobody can tell.
        """
        with self._errors_named():
            return bool(self._files.exists(self._path(digest)))

    def put(self, data: bytes) -> str:
        """Keep `data`, see that it is there as it was written, and return its digest.

        Raises:
            StoreFailed: it cannot be written, or is not as it was written.
        """
        digest = digest_of(data)
        path = self._path(digest)
        with self._errors_named():
            if self._holds(path, data):
                return digest
            self._files.pipe_file(path, data)
            if self._holds(path, data):
                return digest
        raise StoreFailed(lazy("{folder} does not give back what was written.", folder=self.url))

    def get(self, digest: str) -> bytes:
        """Return the blob's content, checked against its name.

        Raises:
            BlobDamaged: it is not there, or its content is not what its name promises.
            StoreFailed: it cannot be read.
        """
        with self._errors_named():
            try:
                data = bytes(self._files.cat_file(self._path(digest)))
            except FileNotFoundError:
                data = b""
        if digest_of(data) != digest:
            raise BlobDamaged(lazy("{url} does not hold the file {digest}.", url=self.url, digest=digest))
        return data

    def drop(self, digest: str) -> None:
        """Remove a blob."""
        with self._errors_named():
            self._files.rm_file(self._path(digest))

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"

    def _holds(self, path: str, data: bytes) -> bool:
        """Return whether the file is there as `data`: by the size and the checksum that S3 tells, or by its content."""
        try:
            told = self._files.info(path)
        except FileNotFoundError:
            return False
        if told["size"] != len(data):
            return False
        checksum = hashlib.md5(data, usedforsecurity=False).hexdigest()
        return str(told.get("ETag", "")).strip('"') == checksum or bytes(self._files.cat_file(path)) == data

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        """Turn what the other side's library raises, each its own, into the error of a store."""
        try:
            yield
        except ScanpipeError:
            raise
        except Exception as error:
            raise StoreFailed(lazy("{path}: {reason}.", path=self.url, reason=error)) from error


@cache
def exchange_at(url: str) -> Exchange:
    """Return the exchange at an address, connected once in a process.

    Raises:
        StoreFailed: nothing can be reached there.
    """
    return Exchange(url)


def blobs_at(place: str) -> Store | Exchange:
    """Return the blobs that a job names: the folder of a store, or the address of an exchange."""
    return exchange_at(place) if "://" in place else Store(Path(place))
