"""The figures of a package: worked out again from its manifest, and held against what its PDFs show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scanpipe.messages import lazy
from scanpipe.package.findings import Finding, error, warning
from scanpipe.package.paper_area import PageFigures, PagePaper, SizeMm, a4_of, page_figures
from scanpipe.package.reports.manifest import MANIFEST_NAME, FileRecord, Manifest

_MORE_THAN_SHOWN = 1.1  # a page in a PDF is its paper with a margin, cut to whole pixels


def stated_figures(manifest: Manifest) -> PageFigures | None:
    """Return the figures that follow from what a manifest lists; None where it lists no pages, or not all of them."""
    try:
        figures = page_figures(manifest.pages, manifest.in_pdfs, iso_sizes=manifest.iso_sizes)
    except ValueError:
        return None
    return figures if manifest.pages else None


def shown_figures(pdfs: Iterable[Sequence[SizeMm]]) -> PageFigures:
    """Return the figures of PDFs of which nothing tells which pages are one and the same."""
    sizes = [a4_of(width, height, iso_sizes=True) for pages in pdfs for width, height in pages]
    return PageFigures(pages=None, a4=None, pages_in_pdfs=len(sizes), a4_in_pdfs=round(sum(sizes), 2))


def verify_figures(manifest: Manifest) -> Iterator[Finding]:
    """Compare the figures that a manifest states with those of the pages that it lists."""
    if manifest.figures is None:
        return
    listed = stated_figures(manifest)
    if listed is None:
        yield error(
            "figures",
            MANIFEST_NAME,
            lazy("the PDFs have pages that the manifest does not list, or the manifest lists a page twice"),
        )
    elif listed != manifest.figures:
        text = lazy("the manifest states {stated}, but lists {found}")
        yield error(
            "figures", MANIFEST_NAME, text.format(stated=_figures_text(manifest.figures), found=_figures_text(listed))
        )


def verify_pages(
    record: FileRecord, sizes: Sequence[SizeMm] | None, papers: Mapping[str, PagePaper]
) -> Iterator[Finding]:
    """Compare the pages of a PDF with its record: how many, and whether they show as much paper as is counted.

    Args:
        record: what the manifest states.
        sizes: of the pages that the PDF holds; None where it is no PDF or cannot be read.
        papers: the paper of each page of the book, by its label.
    """
    if sizes is None:
        return
    if len(sizes) != len(record.pages):
        text = lazy("it has {found} pages; the manifest says {stated}")
        yield error("page-count", record.name, text.format(found=len(sizes), stated=len(record.pages)))
    for number, (stated, size) in enumerate(zip(record.pages, sizes, strict=False), 1):
        paper = papers.get(stated.page)
        shown = a4_of(*size, iso_sizes=False)
        counted = paper.a4(iso_sizes=False) if paper else 0.0
        if counted > _MORE_THAN_SHOWN * shown:
            text = lazy("page {number}: stated as {stated:.2f} A4, found {found:.2f}")
            yield warning("page-area", record.name, text.format(number=number, stated=counted, found=shown))


def _figures_text(figures: PageFigures) -> str:
    return (
        f"{figures.pages} / {figures.a4:.2f} A4, {figures.pages_in_pdfs} / {figures.a4_in_pdfs:.2f} A4"
        if figures.a4 is not None
        else f"{figures.pages_in_pdfs} / {figures.a4_in_pdfs:.2f} A4"
    )
