"""Verify the PDFs of a package: each by itself, what a case's scan must be; together, that none is another's."""

from collections.abc import Collection, Iterable, Iterator

from scanpipe.errors import ConventionError, PackageError
from scanpipe.messages import lazy
from scanpipe.model import CaseKey
from scanpipe.package.cases.page_sets import find_gaps
from scanpipe.package.findings import Finding, error, warning
from scanpipe.package.naming.case_number import number_order
from scanpipe.package.naming.convention import BookName, CaseName, Convention, MatterName
from scanpipe.package.naming.limits import Limits
from scanpipe.package.paper_area import BYTES_PER_KB
from scanpipe.package.verify.facts import PageFacts, PdfFacts

# Pictures are cut to whole pixels and pages to hundredths of a point, so a resolution can come out slightly low.
_DPI_TOLERANCE = 0.99
# The guideline says "about": it is meant for the picture, and text layer and colour profile come on top.
_BUDGET_TOLERANCE = 1.1
_GAPS_NAMED = 20
_CONFORMANCES = frozenset("ABUEF")
_LAST_OF_PDFA = "1.7"  # of PDF/A-1 to 3 (ISO 19005-2, 5.1); part 4 is of PDF 2.0


def parse_member_name(convention: Convention, name: str) -> CaseName | MatterName:
    """Read the name of any PDF of a package.

    Raises:
        ConventionError: neither a case's nor front or back matter's.
    """
    try:
        return convention.parse_pdf_name(name)
    except ConventionError:
        try:
            return convention.parse_matter_name(name)
        except ConventionError:
            pass
        raise


def duplicate_files(digests: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Find PDFs that are one and the same, given name and digest of each: one of the names is wrong.

    Cases that share a page have PDFs of the same picture, but not the same file: scanpipe's differ in title.
    """
    first: dict[str, str] = {}
    for name, digest in digests:
        other = first.setdefault(digest, name)
        if other != name:
            yield error("pdf-duplicate", name, lazy("it is identical to {other}", other=other))


def number_gaps(package: str, cases: Collection[CaseKey], book: BookName) -> Iterator[Finding]:
    """Find numbers that no case has. A year's first volume begins with 1; where a later one does, none can tell."""
    numbers = [number_order(key.number)[0] for key in cases if key.year == book.year]
    first = 1 if book.volume == 1 else min(numbers, default=1)
    gaps = find_gaps(cases, year=book.year, first_number=first)
    if not gaps:
        return
    named = ", ".join(str(gap) for gap in gaps[:_GAPS_NAMED])
    more = len(gaps) - _GAPS_NAMED
    text = (
        lazy("no case has the numbers {gaps} and {more} more ranges")
        if more > 0
        else lazy("no case has the numbers {gaps}")
    )
    yield warning("number-gap", package, text.format(gaps=named, more=more))


def verify_pdf(name: str, data: bytes, convention: Convention) -> tuple[PdfFacts | None, tuple[Finding, ...]]:
    """Return what a PDF holds (None where it cannot be read) and what is wrong with it."""
    from scanpipe.package.verify.inspect import inspect_pdf

    limits = convention.limits
    try:
        facts = inspect_pdf(data)
    except PackageError as problem:
        return None, (error("pdf-unreadable", name, problem.text),)
    findings = [*_document(name, facts, limits), *_pages(name, facts, limits), *_size(name, facts, len(data), limits)]
    return facts, (*_titles(name, facts, convention), *findings, *_signatures(name, data, facts))


def _titles(name: str, facts: PdfFacts, convention: Convention) -> Iterator[Finding]:
    """Find a title that is the name of another PDF; only titles that follow the convention tell."""
    own = _name_or_none(convention, name)
    for title in facts.titles:
        stated = _name_or_none(convention, title if title.lower().endswith(".pdf") else f"{title}.pdf")
        if stated is not None and stated != own:
            yield error("pdf-title", name, lazy("its title is {title}", title=title))


def _name_or_none(convention: Convention, name: str) -> CaseName | MatterName | None:
    try:
        return parse_member_name(convention, name)
    except ConventionError:
        return None


def _document(name: str, facts: PdfFacts, limits: Limits) -> Iterator[Finding]:
    if not facts.pages:
        yield error("pdf-empty", name, lazy("it has no pages"))
    yield from _out_of_place(name, facts)
    if tuple(int(part) for part in facts.version.split(".")) < (1, 4):
        yield error("pdf-version", name, lazy("it is PDF {version}; at least 1.4 is needed", version=facts.version))
    if limits.pdfa:
        yield from _archival(name, facts)


def _out_of_place(name: str, facts: PdfFacts) -> Iterator[Finding]:
    """Find what has no place in a scan, wherever in the file it stands."""
    if facts.encrypted:
        yield error("pdf-encrypted", name, lazy("it is encrypted"))
    if facts.active:
        yield error("pdf-active", name, lazy("it contains a script or starts a program"))
    if facts.has_overlay_annotations:
        yield error("pdf-annotated", name, lazy("a comment, a picture or a video covers a part of one page"))
    if facts.attachments:
        yield error("pdf-attachments", name, lazy("it contains attachments"))
    if facts.external_parts:
        yield error("pdf-outside", name, lazy("a part of its content is in another file"))
    if facts.hidden_layers:
        yield error("pdf-hidden", name, lazy("it has hidden layers"))
    if facts.earlier_pages:
        yield warning("pdf-earlier", name, lazy("it was changed and still contains earlier content of its pages"))


def _archival(name: str, facts: PdfFacts) -> Iterator[Finding]:
    """Find what keeps it from being PDF/A."""
    if facts.version > _LAST_OF_PDFA and facts.pdfa_part != 4:
        yield error(
            "pdf-version", name, lazy("it is PDF {version}, which is not a PDF/A version", version=facts.version)
        )
    if facts.pdfa_part is None or facts.pdfa_conformance not in _CONFORMANCES:
        yield error("pdf-not-pdfa", name, lazy("it is not marked as PDF/A"))
    if not facts.clean_boundaries:
        yield error("pdf-not-pdfa", name, lazy("there is data before its header or after its end"))
    if not facts.output_intent:
        yield error("pdf-no-intent", name, lazy("it has no colour profile as output intent"))


def _signatures(name: str, data: bytes, facts: PdfFacts) -> Iterator[Finding]:
    """Find signatures that do not hold, where pyHanko is installed; and what was added after the last one."""
    from scanpipe.package.pages.signing import holds, installed

    if installed() and not all(holds(data, signature) for signature in facts.signatures):
        yield error("pdf-signature", name, lazy("it was changed after it was signed: a signature is not valid"))
    if facts.signatures and max(signature.end for signature in facts.signatures) < len(data.rstrip()):
        yield warning("pdf-after-signature", name, lazy("content was added after it was signed"))


def _pages(name: str, facts: PdfFacts, limits: Limits) -> Iterator[Finding]:
    for number, page in enumerate(facts.pages, start=1):
        yield from _page(name, number, page, limits)
    if facts.pages and not any(page.text for page in facts.pages):
        yield warning("pdf-no-text", name, lazy("it has no text layer"))


def _page(name: str, number: int, page: PageFacts, limits: Limits) -> Iterator[Finding]:
    if not page.dpi:
        yield error("pdf-no-image", name, lazy("page {number}: no picture covers the page", number=number))
        return
    if not page.decodable:
        yield error(
            "pdf-picture", name, lazy("page {number}: one of its pictures is damaged or truncated", number=number)
        )
    if page.dpi < limits.min_dpi * _DPI_TOLERANCE:
        text = lazy("page {number}: {dpi} dpi; at least {least} dpi are needed")
        yield error("pdf-dpi", name, text.format(number=number, dpi=round(page.dpi), least=limits.min_dpi))
    if page.overpainted:
        text = lazy("page {number}: text or shapes cover its picture")
        yield error("pdf-painted", name, text.format(number=number))
    if limits.colour and not page.colour:
        yield error("pdf-not-colour", name, lazy("page {number}: the page has no colour", number=number))


def _size(name: str, facts: PdfFacts, size: int, limits: Limits) -> Iterator[Finding]:
    if not facts.pages:
        return
    kb_per_a4 = size / BYTES_PER_KB / facts.a4_equivalents
    if kb_per_a4 > limits.kb_per_a4 * _BUDGET_TOLERANCE:
        text = lazy("{kb} kB for each A4 page; the guideline is {budget}")
        yield warning("pdf-size", name, text.format(kb=round(kb_per_a4), budget=limits.kb_per_a4))
