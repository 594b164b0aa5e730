"""The counts of a run of the scanner: do sheets, pictures and what people counted agree? Pure."""

from scanpipe.flows.capture.events import FeedReconciled
from scanpipe.flows.capture.feed_run import FeedCount, Queue
from scanpipe.flows.capture.printed_numbers import NumberGap
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.messages import LazyText, lazy, lazy_counted

DRAWN_AHEAD = lazy(
    "The scanner draws in sheets before they are scanned. Put every sheet that came out after the last captured page "
    "back on top of the stack."
)


def reconciled(
    count: FeedCount,
    queue: Queue,
    *,
    moved: int | None,
    counted: int | None,
    two_sided: bool,
    asked: int | None = None,
    gap: NumberGap | None = None,
    ahead: bool = False,
) -> FeedReconciled:
    """Compare the counts of a run.

    Args:
        count: the sheets that went in and the pictures that came.
        queue: the sheets that are still to come.
        moved: how many sheets the device says it moved.
        counted: how many a person counted before.
        two_sided: whether each sheet gives two pictures.
        asked: how many pages were asked for, where the stack ended the run.
        gap: the printed number that does not follow; its sheet is on no page.
        ahead: whether sheets may have left the stack that nobody asked for.
    """
    lost = gap.missing + 1 if gap else max(0, (moved or 0) - count.sheets)
    note = gap.remedy if gap else _difference(count, moved=moved, counted=counted, two_sided=two_sided)
    return FeedReconciled(
        sheets=count.sheets,
        images=count.images,
        moved=moved,
        counted=counted,
        put_back=_next_sheets(queue, lost),
        note=note or _too_few(count, asked) or (DRAWN_AHEAD if ahead else ""),
    )


def _next_sheets(queue: Queue, number: int) -> tuple[Sheet, ...]:
    sheets: list[Sheet] = []
    while len(sheets) < number and (sheet := queue.next()):
        sheets.append(sheet)
        queue = queue.without(sheet)
    return tuple(sheets)


def _too_few(count: FeedCount, asked: int | None) -> LazyText | str:
    if asked is None or count.placed >= asked:
        return ""
    return lazy_counted(
        "You asked for {n} page, but the stack ended after {placed}.",
        "You asked for {n} pages, but the stack ended after {placed}.",
        asked,
        placed=count.placed,
    )


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
