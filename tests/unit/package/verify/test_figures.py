"""What a package is paid by: figures follow from what its manifest lists, and its PDFs show that much paper."""

import msgspec
import pytest

from scanpipe.package.naming.convention import Convention
from scanpipe.package.paper_area import PageFigures, PagePaper
from scanpipe.package.verify.package import verify_package
from tests.unit.package.packages import codes, found, manifest_of, write_manifest

STATED = PageFigures(pages=4, a4=4.0, pages_in_pdfs=4, a4_in_pdfs=4.0)


def paper(page: object, width_mm: float = 212, height_mm: float = 300) -> PagePaper:
    return PagePaper(page=str(page), width_mm=width_mm, height_mm=height_mm)


def test_a_page_that_cases_share_is_counted_once_and_in_each_pdf(package, convention: Convention) -> None:
    manifest = manifest_of(package)
    first, second, *others = manifest.files
    shared = msgspec.structs.replace(second, pages=(first.pages[0], second.pages[1]))
    figures = PageFigures(pages=3, a4=3.0, pages_in_pdfs=4, a4_in_pdfs=4.0)
    pages = (paper(1), paper(3), paper(4))
    write_manifest(package, files=(first, shared, *others), pages=pages, figures=figures)
    report = verify_package(package.zip, convention=convention)
    assert report.figures == figures
    assert not {"figures", "page-count"} & codes(report)


@pytest.mark.parametrize("name", ["pages", "a4", "pages_in_pdfs", "a4_in_pdfs"])
def test_figures_that_do_not_follow_from_the_pages_are_refused(package, convention: Convention, name: str) -> None:
    raised = msgspec.structs.replace(STATED, **{name: getattr(STATED, name) + 1})
    write_manifest(package, figures=raised)
    report = verify_package(package.zip, convention=convention)
    assert found(report) == {("figures", "manifest.json")}
    assert report.figures == STATED


def test_a_pdf_of_a_page_that_the_manifest_does_not_list_is_refused(package, convention: Convention) -> None:
    write_manifest(package, pages=tuple(map(paper, (1, 2, 3))))
    assert found(verify_package(package.zip, convention=convention)) == {("figures", "manifest.json")}


def test_more_paper_than_a_pdf_shows_is_told(package, convention: Convention) -> None:
    pages = (*map(paper, (1, 2, 3)), paper(4, 297, 420))
    write_manifest(package, pages=pages, figures=PageFigures(pages=4, a4=5.0, pages_in_pdfs=4, a4_in_pdfs=5.0))
    report = verify_package(package.zip, convention=convention)
    assert report.ok
    (warned,) = report.warnings
    assert (warned.code, warned.member) == ("page-area", "KS.2010.01.2011.001.pdf")
    assert "page 1: stated as 2.00 A4, found 1.00" in str(warned.message)


def test_without_a_manifest_the_pdfs_alone_are_counted(package, convention: Convention) -> None:
    report = verify_package(package.zip, convention=convention)
    assert report.figures == PageFigures(pages=None, a4=None, pages_in_pdfs=4, a4_in_pdfs=4.0)


def test_a_manifest_without_figures_is_as_good_as_before(package, convention: Convention) -> None:
    write_manifest(package, pages=(), figures=None)
    report = verify_package(package.zip, convention=convention)
    assert report.findings == () and report.figures.pages_in_pdfs == 4
