"""Changes of the open book that a key asks for: each is a fact of the journal, which another one takes back."""

from scanpipe.console.effects import Edit, EditDone, EditFailed
from scanpipe.console.screen import errors_named
from scanpipe.errors import ScanpipeError
from scanpipe.flows.book.books import BookDetails, book_facts
from scanpipe.flows.book.page_edits import insert_pages, move_page
from scanpipe.flows.book.reorder import amend
from scanpipe.flows.book.statements import state_pages, withdraw_statements
from scanpipe.flows.book.undo import JUDGE, redo_last, undo_own
from scanpipe.flows.station import Station
from scanpipe.flows.work.finish import finish_book
from scanpipe.flows.work.page_map import next_free, page_map
from scanpipe.messages import lazy
from scanpipe.model import Page


def edited(station: Station, name: str, edit: Edit) -> EditDone | EditFailed:
    """Write a change, and return what is to be told of it."""
    try:
        with errors_named(station):
            return _edited(station, name, edit)
    except ScanpipeError as error:
        return EditFailed(error=error)


def _edited(station: Station, name: str, edit: Edit) -> EditDone:
    match edit.kind:
        case "spread":
            return _spreads(station, name)
        case "undo":
            return EditDone(text=undo_own(station, name, but=(JUDGE,)).text)
        case "finish":
            return _finished(station, name, edit)
        case "redo":
            return EditDone(text=redo_last(station, name, own=True).text)
    assert edit.page is not None
    if edit.kind in ("blank", "damaged", "missing"):
        return _stated(station, name, edit, edit.page)
    if edit.kind == "move" and edit.target:
        move_page(station, name, edit.page.label, edit.target.label)
        text = lazy("The picture of page {page} stands on page {target}.", page=edit.page, target=edit.target)
        return EditDone(text=text, page=edit.target)
    insert_pages(station, name, edit.page.label, after=edit.after)
    return _room(station, name, Page(part=edit.page.part, number=edit.page.number + edit.after))


def _room(station: Station, name: str, page: Page) -> EditDone:
    following = next_free(page_map(book_facts(station, name)))
    if following is None or following.page == page:
        return EditDone(text=lazy("There is room for page {page}: scan it next.", page=page), page=page)
    text = lazy("There is room for page {page}. Page {first} is scanned before it.", page=page, first=following.page)
    return EditDone(text=text, page=page)


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


def _finished(station: Station, name: str, edit: Edit) -> EditDone:
    found = finish_book(station, name, incomplete=edit.incomplete)
    if found.whole:
        return EditDone(text=lazy("The book is complete: {n} pages. It is finished.", n=found.pages))
    return EditDone(text=lazy("The book is finished as it is: {n} pages.", n=found.pages))


def _spreads(station: Station, name: str) -> EditDone:
    split = book_facts(station, name).book.spreads != "split"
    amend(station, name, BookDetails(spreads="split" if split else "keep"))
    if split:
        return EditDone(text=lazy("Each picture of the body is split into two pages."))
    return EditDone(text=lazy("Each picture is one page."))
