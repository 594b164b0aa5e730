"""The counts of a run of the scanner: do sheets, pictures and what people counted agree? Pure."""

from scanpipe.flows.capture.events import FeedReconciled
from scanpipe.flows.capture.feed_run import FeedCount, Queue
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.messages import LazyText, lazy, lazy_counted

DRAWN_AHEAD = lazy(
    "The scanner draws in sheets before they are scanned. Put every sheet that came out after the last captured page "
    "back on top of the stack."
)


def reconciled(
    count: FeedCount, queue: Queue, *, moved: int | None, counted: int | None, two_sided: bool, ahead: bool = False
) -> FeedReconciled:
    """Compare the counts of a run.

    Args:
        count: the sheets that went in and the pictures that came.
        queue: the sheets that were to come as the run began.
        moved: how many sheets the device says it moved.
        counted: how many a person counted before.
        two_sided: whether each sheet gives two pictures.
        ahead: whether sheets may have left the stack that nobody asked for.
    """
    lost = max(0, (moved or 0) - count.sheets)
    return FeedReconciled(
        sheets=count.sheets,
        images=count.images,
        moved=moved,
        counted=counted,
        put_back=_sheets(queue, count.sheets, lost),
        note=_difference(count, moved=moved, counted=counted, two_sided=two_sided) or (DRAWN_AHEAD if ahead else ""),
    )


def _sheets(queue: Queue, first: int, number: int) -> tuple[Sheet, ...]:
    """Return so many sheets of the queue after the first ones."""
    sheets: list[Sheet] = []
    for _number in range(first + number):
        if (sheet := queue.next()) is None:
            break
        sheets.append(sheet)
        queue = queue.without(sheet)
    return tuple(sheets[first:])


def _difference(count: FeedCount, *, moved: int | None, counted: int | None, two_sided: bool) -> LazyText | str:
    sides = 2 if two_sided else 1
    if count.images != sides * count.sheets:
        return lazy("{sheets} sheets went in, but {images} pictures came.", sheets=count.sheets, images=count.images)
    if moved is not None and moved != count.sheets:
        return lazy("The scanner moved {moved} sheets, but {sheets} were received.", moved=moved, sheets=count.sheets)
    if counted is not None and counted != count.sheets:
        return lazy_counted(
            "You counted {n} sheet, but {sheets} went in. Two may have gone in together. Count the stack again.",
            "You counted {n} sheets, but {sheets} went in. Two may have gone in together. Count the stack again.",
            counted,
            sheets=count.sheets,
        )
    return ""
