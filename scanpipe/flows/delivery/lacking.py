"""PDFs that do not show all the writing that was found on the scans: they wait for a person."""

from collections.abc import Sequence

from scanpipe.errors import DeliveryRefused
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.delivery.documents import Document
from scanpipe.messages import joined, lazy
from scanpipe.vocabularies.reasons import POLICY


def refuse_lacking(facts: BookFacts, documents: Sequence[Document]) -> None:
    """Refuse PDFs that do not show all the writing of a scan, but for pages that a person accepted since it was told.

    Raises:
        DeliveryRefused: there are such; the message names each page.
    """
    lacking = [
        (document.name, number, document.states[number - 1].page)
        for document in documents
        for number, verdict in document.facts.lacking
        if not _accepted_since(document.states[number - 1], verdict)
    ]
    if lacking:
        text = lazy("{name}, page {number} (page {page} of the book)")
        lines = joined(
            *(joined("  -", text.format(name=name, number=number, page=page)) for name, number, page in lacking),
            by="\n",
        )
        raise DeliveryRefused(
            lazy("{book}: the PDF lacks writing that is on the scan:\n{lines}", book=facts.book.id, lines=lines),
            remedy=lazy(
                "Compare these pages with their scans. To deliver a page as it is, run 'scanpipe accept {book} "
                "PAGE'. To send it back, run 'scanpipe reject {book} PAGE'.",
                book=facts.book.id,
            ),
        )


def _accepted_since(state: ProcessedPage, verdict: int) -> bool:
    """Tell whether a person, not the policy, accepted a page after that verdict."""
    said = state.facts.verdict
    return said is not None and said.decision == "accept" and said.person != POLICY and said.row > verdict
