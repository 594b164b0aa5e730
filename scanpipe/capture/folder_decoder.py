"""The import's decoders: limited children of its own, as files are decoded side by side and stay open between pages."""

from pathlib import Path
from types import TracebackType
from typing import Self

from scanpipe.capture.checks import CheckLimits
from scanpipe.capture.folder_page import DecodedPage, DecodeError, PageCount, write_page
from scanpipe.messages import LazyText, lazy
from scanpipe.raster.files import Reading
from scanpipe.sandbox import Child, LimitExceeded

_WRITE_PAGE = f"{write_page.__module__}:{write_page.__name__}"


class DecoderDied(Exception):
    """The child died or was killed over a page; `text` says so to the operator."""

    def __init__(self, text: LazyText | str) -> None:
        super().__init__(text)
        self.text = text


class Decoder:
    """Decodes one page at a time, in a process that is replaced when it is lost."""

    def __init__(self, *, timeout_s: float, memory_mb: int, limits: CheckLimits | None = None) -> None:
        self._limits = limits or CheckLimits()
        self._timeout_s, self._memory_mb = timeout_s, memory_mb
        self._child = Child()
        self.stop = self._child.stop

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.end()

    def ask(
        self, path: Path, index: int, target: Path | None, reading: Reading
    ) -> DecodedPage | PageCount | DecodeError:
        """Have one page decoded, or the pages counted: see `write_page`.

        Raises:
            DecoderDied: the child crashed over it, or took too long.
            DiskFull, StoreFailed: the master cannot be written.
            EngineError: no child can be started.
        """
        try:
            answer: DecodedPage | PageCount | DecodeError = self._child.call(
                _WRITE_PAGE,
                DecodedPage | PageCount | DecodeError,
                (path, index, target, reading, self._limits),
                {},
                cpu_s=self._timeout_s,
                wall_s=self._timeout_s,
                memory_mb=self._memory_mb,
            )
        except LimitExceeded as exceeded:
            if exceeded.bound == "time":
                text = lazy("decoding took longer than {seconds:g} seconds", seconds=self._timeout_s)
                raise DecoderDied(text) from exceeded
            raise DecoderDied(exceeded.text) from exceeded
        return answer
