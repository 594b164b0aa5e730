"""What the contact sheet shows, in words of the language that is spoken, as plain values for its script."""

import gettext
from typing import Any, Final

from scanpipe.flows.pictures.page_pictures import THUMBNAIL
from scanpipe.flows.review.contact_sheet import ContactSheet, LoosePicture, SheetCase, SheetPage
from scanpipe.messages import _, lazy
from scanpipe.review.site.words import page_words
from scanpipe.system.printable import printable

_STATED: Final = {
    "missing": lazy("not in the paper book"),
    "damaged": lazy("paper damaged"),
    "blank": lazy("blank"),
}
_FAULTS: Final = {
    "repeated": lazy("Several cases have this number."),
    "incomplete": lazy("This case lacks pages."),
}
_TEXTS: Final = {
    "again": lazy("to be scanned again"),
    "ofCase": lazy("case {case}"),
    "score": lazy("legibility {score}"),
    "count": lazy("{shown} of {total} pages"),
    "chosen": lazy("{count} selected"),
    "none": lazy("Nothing is selected."),
    "nothing": lazy("No page fits this filter."),
    "judged": lazy("{count} pages: {what}"),
    "accepted": lazy("accepted"),
    "cannotAccept": lazy("Pages that are not processed cannot be accepted: {pages}."),
    "notScanned": lazy("Pages that are not scanned cannot be judged: {pages}."),
    "lost": lazy("The connection to scanpipe is lost. What you said last was not saved."),
    "undone": lazy("Undone. {what}"),
    "looseStatus": lazy("stands on no page"),
    "looseTitle": lazy("Pictures without a page"),
    "front": lazy("Front matter"),
    "back": lazy("Back matter"),
    "noCase": lazy("Pages of no case"),
    "noCaseBeside": lazy("There is no case beside it."),
    "nothingStated": lazy("Nothing is stated about this page."),
    "askCase": lazy("Page {page}: to which case does it belong? Its number:"),
    "askSplit": lazy("Which case begins on page {page}? Its number:"),
    "askNumber": lazy("Case {case}: what is its right number?"),
    "askDate": lazy("Case {case}: when was it registered?"),
    "askPlace": lazy("Page {page}: which page of the book is it?"),
    "following": lazy("Change all later numbers of the year, too"),
}


_ROW_TEXTS: Final = {
    "alt": lazy("Picture of {title}"),
    "place": lazy("{place} of {total}"),
    "typed": lazy("typed"),
    "saved": lazy("{header}: kept as typed."),
    "lost": _TEXTS["lost"],
    "undone": _TEXTS["undone"],
    "noCases": lazy("This book has no cases."),
    "noPicture": lazy("Page {page} is not scanned."),
}


def sheet_words(sheet: ContactSheet) -> dict[str, Any]:
    """Return a book with all its pages and cases."""
    return {
        "row": sheet.row,
        "name": sheet.book.id.label,
        "pages": [_page_words(each) for each in sheet.pages],
        "cases": [_case_words(each) for each in sheet.cases],
        "loose": [_loose_words(each) for each in sheet.loose],
    }


def sheet_texts() -> dict[str, str]:
    """Return what the sheet says, by names that its script knows; it fills in what stands in braces."""
    return {name: gettext.gettext(text.source) for name, text in _TEXTS.items()}


def row_texts() -> dict[str, str]:
    """Return what the page of the workbook's rows says."""
    return {name: gettext.gettext(text.source) for name, text in _ROW_TEXTS.items()}


def _page_words(sheet_page: SheetPage) -> dict[str, Any]:
    words = page_words(sheet_page.page)
    address = words["page"] or words["scan"]
    return {
        **words,
        "thumbnail": f"{address}/{THUMBNAIL}.jpg" if address else "",
        "cases": [str(key) for key in sheet_page.cases],
        "state": sheet_page.stated,
        "stated": str(_STATED.get(sheet_page.stated, "")),
        "awaited": sheet_page.awaited,
    }


def _case_words(case: SheetCase) -> dict[str, Any]:
    return {
        "case": str(case.key),
        "title": _("Case {case}").format(case=case.key),
        "pages": [page.label for page in case.pages],
        "registered": case.registered.strftime("%d.%m.%Y") if case.registered else "",
        "faults": [str(_FAULTS[fault]) for fault in case.faults],
    }


def _loose_words(picture: LoosePicture) -> dict[str, Any]:
    address = f"/pictures/scan/{picture.capture}/{picture.digest[:16]}"
    return {"name": printable(picture.name), "thumbnail": f"{address}/{THUMBNAIL}.jpg"}
