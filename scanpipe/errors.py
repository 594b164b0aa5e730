"""The one tree of errors, each class with the exit code of the command that it ends.

    ScanpipeError
    ├── UsageError           2   the command's words are wrong
    ├── ImageRefused         1   a file or page that cannot be read as an image
    ├── ConfigError         10   a configuration file is wrong: file, line, key
    ├── DeviceError         20   the scanner failed in a way that has no name of its own
    │   ├── DeviceMissing   21   no libsane, no python-sane, no such device, unplugged
    │   ├── DeviceBusy      22
    │   ├── PaperJam        23
    │   ├── CoverOpen       24
    │   ├── FeederEmpty     25   no documents: the normal end of a stack, an error when pages are still expected
    │   ├── ScanIncomplete  26   fewer rows or bytes than the scanner announced
    │   ├── DeviceIOError   27
    │   ├── DeviceHung      28   no heartbeat; the scanner's process was killed
    │   └── OptionRefused   29   an option or value that the scanner does not take as it was asked
    ├── StateError          30   the station's records do not hold together
    │   ├── StationLocked   31   another scanpipe works on this station
    │   ├── StationMissing  32   this folder is not a station
    │   ├── DiskFull        33
    │   ├── BookUnknown     34
    │   ├── BookExists      35
    │   ├── PageUnknown     36
    │   ├── BlobDamaged     37   a stored file does not have the content its name promises
    │   ├── StoreFailed     38   the disk of the station fails, or does not let itself be read or written
    │   └── VerdictOutdated 39   a page is not as it was when it was looked at
    ├── PackageError        40
    │   ├── ConventionError 41   a convention that cannot render or parse a name
    │   ├── DeliveryRefused 42   the book is not ready; the list says why
    │   ├── PackageRefused  43   verify found errors
    │   ├── WorkbookError   44   a workbook or page index that cannot be read
    │   ├── SigningError    45   PDFs cannot be signed: package, key, certificate or passphrase
    │   └── BagDamaged      46   files of a bag are damaged, missing or too many
    ├── EngineError         50
    │   ├── ToolMissing     51   Tesseract or one of its languages is not there
    │   ├── TooManyFailures 52   so many pages failed that the batch was stopped
    │   ├── WorkerDied      53   a process of the engine was killed or crashed at a page
    │   ├── OcrFailed       54   a page could not be read: it goes on without a text layer
    │   └── BeyondBounds    55   a page needed more time or memory than it may have
    └── Interrupted        130

A message says what happened, to which page of which book or which file, and what to do next.
"""

from typing import ClassVar

from scanpipe.messages import LazyText, joined


class ScanpipeError(Exception):
    """What every error of scanpipe is: a text for a person, what to do next, and an exit code.

    Attributes:
        text: what happened.
        remedy: what to do next, empty where there is nothing to be done.
    """

    exit_code: ClassVar[int] = 50

    def __init__(self, text: LazyText | str, *, remedy: LazyText | str = "") -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy

    @property
    def whole(self) -> LazyText | str:
        """What happened and what to do next, as one text."""
        return joined(self.text, self.remedy)

    def __str__(self) -> str:
        return str(self.whole)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by fields, so that an error survives the way back from another process."""
        return _rebuild, (type(self), self.text, self.remedy)


def _rebuild(kind: type[ScanpipeError], text: LazyText | str, remedy: LazyText | str) -> ScanpipeError:
    return kind(text, remedy=remedy)


class UsageError(ScanpipeError):
    """The command's words are wrong."""

    exit_code = 2


class ImageRefused(ScanpipeError):
    """A file or page that cannot be read as an image."""

    exit_code = 1


class WrongKey(ValueError):
    """What a type's own check has against one of its settings; `key` is its path below the table checked."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key


class ConfigError(ScanpipeError):
    """A configuration file is wrong; the message names file, line and key."""

    exit_code = 10


class DeviceError(ScanpipeError):
    """The scanner failed."""

    exit_code = 20


class DeviceMissing(DeviceError):
    """No libsane, no python-sane, no such device, or it was unplugged."""

    exit_code = 21


class DeviceBusy(DeviceError):
    """Another program holds the scanner."""

    exit_code = 22


class PaperJam(DeviceError):
    """Paper is stuck in the feeder."""

    exit_code = 23


class CoverOpen(DeviceError):
    """The scanner's cover is open."""

    exit_code = 24


class FeederEmpty(DeviceError):
    """No documents: the normal end of a stack."""

    exit_code = 25


class ScanIncomplete(DeviceError):
    """The image came with fewer rows or bytes than announced."""

    exit_code = 26


class DeviceIOError(DeviceError):
    """The connection to the scanner failed."""

    exit_code = 27


class DeviceHung(DeviceError):
    """The scanner gave no sign of life and its process was killed."""

    exit_code = 28


class OptionRefused(DeviceError):
    """The scanner does not take an option or value as it was asked."""

    exit_code = 29


class StateError(ScanpipeError):
    """The station's records do not hold together."""

    exit_code = 30


class StationLocked(StateError):
    """Another scanpipe works on this station."""

    exit_code = 31


class StationMissing(StateError):
    """This folder is not a station."""

    exit_code = 32


class DiskFull(StateError):
    """There is no room left to write."""

    exit_code = 33


class BookUnknown(StateError):
    """No such book on this station."""

    exit_code = 34


class BookExists(StateError):
    """The book is there already."""

    exit_code = 35


class PageUnknown(StateError):
    """The book has no such page."""

    exit_code = 36


class BlobDamaged(StateError):
    """A stored file is gone or does not have the content its name promises."""

    exit_code = 37


class StoreFailed(StateError):
    """The station's files cannot be read or written: a fault of its disk or its rights, never of a page."""

    exit_code = 38


class VerdictOutdated(StateError):
    """A page is not as it was when it was looked at: it has another capture, or was processed again."""

    exit_code = 39


class PackageError(ScanpipeError):
    """A package cannot be made or read."""

    exit_code = 40


class ConventionError(PackageError):
    """A convention that cannot render or parse a name."""

    exit_code = 41


class DeliveryRefused(PackageError):
    """The book is not ready to be delivered."""

    exit_code = 42


class PackageRefused(PackageError):
    """Verify found errors in a package."""

    exit_code = 43


class WorkbookError(PackageError):
    """A workbook or page index that cannot be read."""

    exit_code = 44


class SigningError(PackageError):
    """PDFs cannot be signed: the package for it, the key, its certificate or its passphrase is missing or wrong."""

    exit_code = 45


class BagDamaged(PackageError):
    """A bag of a book does not hold what its checksums promise, or is none."""

    exit_code = 46


class EngineError(ScanpipeError):
    """A batch of work could not be run."""

    exit_code = 50


class ToolMissing(EngineError):
    """An outside program, or a part of it, is not installed."""

    exit_code = 51


class TooManyFailures(EngineError):
    """So many pages failed that the batch was stopped."""

    exit_code = 52


class WorkerDied(EngineError):
    """A process of the engine was killed, or crashed, while it worked on a page."""

    exit_code = 53


class OcrFailed(EngineError):
    """Tesseract could not read a page, or used more than its share of CPU time on it."""

    exit_code = 54


class BeyondBounds(EngineError):
    """A page needed more time or memory than it may have."""

    exit_code = 55


class Interrupted(ScanpipeError):
    """A person stopped the command."""

    exit_code = 130
