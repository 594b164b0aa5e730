"""Changes of the open book that a key asks for: each is a fact of the journal, which another one takes back."""

from scanpipe.console.effects import Edit, EditDone, EditFailed
from scanpipe.errors import ScanpipeError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.reorder import amend, shift
from scanpipe.flows.book.statements import state_pages, withdraw_statements
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import Page


def edited(station: Station, name: str, edit: Edit) -> EditDone | EditFailed:
    """Write a change, and return what is to be told of it."""
    try:
        return _edited(station, name, edit)
    except ScanpipeError as error:
        return EditFailed(error=error)


def _edited(station: Station, name: str, edit: Edit) -> EditDone:
    match edit.kind:
        case "spread":
            return _spreads(station, name)
        case "undo" | "redo" | "move":
            raise NotImplementedError
    assert edit.page is not None
    if edit.kind in ("blank", "damaged", "missing"):
        return _stated(station, name, edit, edit.page)
    room = Page(part=edit.page.part, number=edit.page.number + edit.after)
    shift(station, name, room.label, by=1)
    return EditDone(text=lazy("There is room for page {page}: scan it next.", page=room), page=room)


def _stated(station: Station, name: str, edit: Edit, page: Page) -> EditDone:
    assert edit.kind in ("blank", "damaged", "missing")
    if edit.withdraw:
        withdraw_statements(station, name, [page.label], edit.kind)
        return EditDone(text=lazy("The statement about page {page} is taken back.", page=page), page=page)
    state_pages(station, name, [page.label], edit.kind, note=edit.note)
    texts = {
        "blank": lazy("Page {page} is stated as blank.", page=page),
        "damaged": lazy("Page {page} is stated as damaged.", page=page),
        "missing": lazy("Page {page} is stated as missing in the paper book.", page=page),
    }
    return EditDone(text=texts[edit.kind], page=page)


def _spreads(station: Station, name: str) -> EditDone:
    split = book_facts(station, name).book.spreads != "split"
    amend(station, name, BookDetails(spreads="split" if split else "keep"))
    if split:
        return EditDone(text=lazy("Each picture of the body is split into two pages."))
    return EditDone(text=lazy("Each picture is one page."))
