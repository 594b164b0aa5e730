"""What the scanner's process reports, as errors in the operator's words: what happened, to which page, what to do."""

from scanpipe.capture.intents import intent_text
from scanpipe.capture.sane_protocol import Failed
from scanpipe.errors import (
    CoverOpen,
    DeviceBusy,
    DeviceError,
    DeviceHung,
    DeviceIOError,
    DeviceMissing,
    DiskFull,
    FeederEmpty,
    OptionRefused,
    PaperJam,
    ScanIncomplete,
    ScanpipeError,
)
from scanpipe.messages import LazyText, lazy

_PUT_BACK = lazy(
    "Clear the feeder. Put every sheet that was drawn in after the last captured page back on top of the stack, in the "
    "same order. Then run the same command again."
)


def error_of(failed: Failed, *, device: str, position: int | None) -> ScanpipeError:
    """Return the error for a reported failure; `position` is the page that was asked for, None outside a scan."""
    where = {"device": device, "where": _place(device, position), "detail": failed.detail}
    match failed.fault:
        case "no-library":
            return library_missing(failed.detail)
        case "no-device":
            return _missing(where)
        case "busy":
            return DeviceBusy(
                lazy("{where}: the scanner is busy.", **where),
                remedy=lazy(
                    "Close other programs that use it, wait until it is ready, then run the same command again."
                ),
            )
        case "denied":
            return DeviceError(
                lazy("{where}: you do not have permission to use this scanner.", **where),
                remedy=lazy("Add your account to the group 'scanner' and log in again."),
            )
        case "jam" | "cover" | "incomplete" | "ended-early" | "empty":
            return _paper(failed, where)
        case "io":
            return DeviceIOError(
                lazy("{where}: the connection to the scanner failed ({detail}).", **where),
                remedy=lazy("Check the cable and the power, put the sheet back, then run the same command again."),
            )
        case "refused" | "lacking":
            return _refused(failed, where)
        case "disk":
            return DiskFull(
                lazy("{where}: the disk is full; the scanned page was not stored.", **where),
                remedy=lazy(
                    "Free some space, put the sheet back if the scanner drew it in, then run the same command again."
                ),
            )
        case _:
            return DeviceError(
                lazy("{where}: the scanner failed ({detail}).", **where),
                remedy=lazy("Switch the scanner off and on, put the sheet back, then run the same command again."),
            )


def library_missing(detail: str) -> DeviceMissing:
    """Return the error for a computer that has no software for scanners."""
    return DeviceMissing(
        lazy("The scanner software is not installed ({detail}).", detail=detail),
        remedy=lazy(
            "Install it: sudo apt install libsane1 libsane-dev gcc python3-dev, then pip install 'scanpipe[scanner]'."
        ),
    )


def hung(device: str, position: int | None, seconds: float) -> DeviceHung:
    """Return the error for a scanner that was given up on."""
    return DeviceHung(
        lazy(
            "{where}: the scanner did not answer for {seconds:.0f} seconds; the connection was closed.",
            where=_place(device, position),
            seconds=seconds,
        ),
        remedy=lazy("Switch the scanner off and on, put the sheet back, then run the same command again."),
    )


def died(device: str, position: int | None, code: int) -> DeviceError:
    """Return the error for a scanner's process that ended by itself."""
    return DeviceError(
        lazy("{where}: the scanner's driver crashed (exit code {code}).", where=_place(device, position), code=code),
        remedy=lazy("Put the sheet back, then run the same command again."),
    )


def filled_up(device: str, position: int) -> ScanIncomplete:
    """Return the error for a page whose end never came, and was made up of one colour."""
    return ScanIncomplete(
        lazy("{where}: the page broke off, and was not kept.", where=_place(device, position)), remedy=_PUT_BACK
    )


def double_feed(device: str, position: int) -> PaperJam:
    """Return the error for two sheets that were drawn in at once."""
    return PaperJam(
        lazy("{where}: the scanner drew in two sheets at once.", where=_place(device, position)),
        remedy=lazy(
            "Take both sheets out, separate them, put them back on the stack in their order, then run the same command "
            "again."
        ),
    )


def drawn_ahead(error: DeviceError) -> DeviceError:
    """Return the error of a scanner that draws in sheets before they are asked for: more than one goes back."""
    return type(error)(error.text, remedy=_PUT_BACK)


def feed_ended(device: str, position: int) -> FeederEmpty:
    """Return the end of a stack, before page `position`."""
    return FeederEmpty(
        lazy("{where}: the feeder is empty.", where=_place(device, position)),
        remedy=lazy("If pages are missing, put the next sheets in the feeder and run the same command again."),
    )


def _place(device: str, position: int | None) -> LazyText | str:
    if position is None:
        return device
    return lazy("{device}, picture {position}", position=position, device=device)


def _missing(where: dict[str, LazyText | str]) -> DeviceMissing:
    return DeviceMissing(
        lazy("The scanner {device} was not found.", **where),
        remedy=lazy("Check the cable and the power. Run 'scanpipe devices' to list the available scanners."),
    )


def _paper(failed: Failed, where: dict[str, LazyText | str]) -> DeviceError:
    if failed.fault == "jam":
        return PaperJam(
            lazy("{where}: paper is stuck in the feeder.", **where),
            remedy=lazy(
                "Open the cover, take the sheet out, put it back on the stack, then run the same command again."
            ),
        )
    if failed.fault == "cover":
        return CoverOpen(
            lazy("{where}: the scanner's cover is open.", **where),
            remedy=lazy("Close the cover, put the sheet back, then run the same command again."),
        )
    if failed.fault == "empty":
        return FeederEmpty(
            lazy("{where}: the feeder is empty.", **where),
            remedy=lazy("If pages are missing, put the next sheets in the feeder and run the same command again."),
        )
    if failed.fault == "ended-early":
        return ScanIncomplete(
            lazy("{where}: the scanner broke off although sheets are left in the feeder.", **where),
            remedy=_PUT_BACK,
        )
    return ScanIncomplete(
        lazy("{where}: the page is incomplete ({detail}) and was not kept.", **where),
        remedy=lazy("Put the sheet back, then run the same command again."),
    )


def _refused(failed: Failed, where: dict[str, LazyText | str]) -> OptionRefused:
    facts = {
        **where,
        "option": failed.option,
        "asked": failed.asked,
        "got": failed.got,
        "offered": failed.allowed_values,
    }
    if failed.fault == "lacking":
        return OptionRefused(
            lazy(
                "{where}: the scanner cannot do what its profile requires: {intent}.",
                where=where["where"],
                intent=intent_text(failed.option),
            ),
            remedy=lazy("Use another scanner, or take '{option}' out of 'required' in the scanner profile.", **facts),
        )
    if failed.got:
        text = lazy("{where}: the scanner does not accept {option} = {asked}; it uses {got}.", **facts)
    else:
        text = lazy("{where}: the scanner does not accept {option} = {asked}.", **facts)
    if not failed.allowed_values:
        return OptionRefused(text, remedy=lazy("Change the option in the scanner profile (configs/scanners)."))
    return OptionRefused(
        text,
        remedy=lazy(
            "The scanner accepts: {offered}. Change the option in the scanner profile (configs/scanners).", **facts
        ),
    )
