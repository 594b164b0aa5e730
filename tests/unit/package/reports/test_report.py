from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scanpipe.messages import language_context
from scanpipe.model import Book, Page, PageSet, Part
from scanpipe.package.cases.page_sets import Gap
from scanpipe.package.findings import error, warning
from scanpipe.package.paper_area import PageFigures
from scanpipe.package.reports.numbers import page_range
from scanpipe.package.reports.report import (
    MOST_PRINTED,
    BookReport,
    CaseLine,
    MatterLine,
    PageFlag,
    render_report,
)


@pytest.fixture
def report(book: Book, sets: tuple[PageSet, ...]) -> BookReport:
    cases = tuple(
        CaseLine(page_set=found, file=f"{number}.pdf", size=98_765, sha256="ab" * 32, confidence=81.4)
        for number, found in enumerate(sets)
    )
    return BookReport(
        book=replace(book, pages=5, cases=4),
        revision=2,
        convention="default",
        confidence="evidence, not confirmed",
        unit="Phường Hàm Rồng, tỉnh Thanh Hóa",
        figures=PageFigures(pages=5, a4=5.0, pages_in_pdfs=6, a4_in_pdfs=7.5),
        body=3,
        cases=cases,
        tools={"tesseract": "5.3.0", "scanpipe": "0.1.0"},
        matter=(MatterLine(pages=(Page(part=Part.FRONT, number=1),)),),
        gaps=(Gap(year=2010, first=2, last=11),),
        flags=(PageFlag(page=Page(part=Part.BODY, number=3), text="faded"),),
    )


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


def test_the_report_shows_what_was_delivered_and_loads_nothing(report: BookReport) -> None:
    page = read(render_report(report, language="en"))
    text = " ".join(page.text.split())
    for shown in (
        "KS.2010.01",
        "Phường Hàm Rồng, tỉnh Thanh Hóa",
        "Pages in PDFs6",
        "A4 equivalents in PDFs7.50",
        "14758",
        "revision 2",
        "2a/2010",
        "2-3",
        "30.12.2010",
        "98.8",
        "81",
        "abababababab",
        "2-11/2010",
        "F1",
        "faded",
        "tesseract 5.3.0",
        "evidence, not confirmed",
        "3 / 5",
        "3 / 4",
        "nothing found",
    ):
        assert shown in text
    assert not page.loads


def test_a_vietnamese_report_has_commas(report: BookReport) -> None:
    with language_context("vi"):
        text = read(render_report(report, language="vi")).text
    assert "98,8" in text and "5,00" in text
    assert "98.8" not in text and "5.0" not in text.replace("5.3.0", "")


def test_the_same_facts_give_the_same_bytes(report: BookReport) -> None:
    assert render_report(report, language="vi") == render_report(report, language="vi")


def test_findings_are_counted_and_listed(report: BookReport) -> None:
    found = (error("name", "x.pdf", "bad name"), warning("pdf-size", "y.pdf", "too large"))
    text = " ".join(read(render_report(replace(report, findings=found), language="en")).text.split())
    assert "Verified: 1 error." in text and "bad name" in text and "too large" in text
    text = " ".join(read(render_report(replace(report, findings=found[1:]), language="en")).text.split())
    assert "no errors, 1 warning." in text


def test_names_are_never_markup(report: BookReport) -> None:
    nasty = replace(report, book=replace(report.book, unit_name="<script>alert(1)</script>"))
    assert "<script" not in render_report(nasty, language="en")


def test_what_a_name_hides_is_spelled_out(report: BookReport) -> None:
    found = (error("name", "x\x1b[31m\udcf4.pdf", "bad\u202ename"),)
    html = render_report(replace(report, findings=found), language="en")
    assert "x\\u001b[31m\\xf4.pdf" in html and "bad\\u202ename" in html
    html.encode()


def test_an_empty_book_renders(report: BookReport) -> None:
    bare = replace(report, cases=(), matter=(), gaps=(), flags=(), book=replace(report.book, pages=None, cases=None))
    read(render_report(bare, language="en"))


def test_pages_are_listed_compactly() -> None:
    body = [Page(part=Part.BODY, number=number) for number in (3, 4, 5, 9)]
    assert page_range([Page(part=Part.FRONT, number=2), *body]) == "F2, 3-5, 9"


def test_a_long_book_is_printed_in_part_and_listed_whole(report: BookReport) -> None:
    long = replace(
        report,
        cases=tuple(replace(report.cases[0], file=f"case-{number}.pdf") for number in range(50)),
        flags=tuple(PageFlag(page=Page(part=Part.BODY, number=n + 1), text=f"remark {n}") for n in range(40)),
        findings=tuple(warning("pdf-size", "", f"finding {n}") for n in range(30)),
        stated=tuple(f"statement {n}" for n in range(20)),
        gaps=tuple(Gap(year=2010, first=3 * n + 5, last=3 * n + 6) for n in range(20)),
    )
    last = ("case-49.pdf", "remark 39", "finding 29", "statement 19", "62-63/2010")
    whole, printed = (read(render_report(long, language="en", most_rows=most)).text for most in (None, 7))
    assert all(text in whole for text in last)
    assert not any(text in printed for text in last)
    assert "The first 7" not in whole
    for count in (50, 40, 30, 20):
        assert f"The first 7 of {count} are printed; report.html lists them all." in printed


def test_a_book_of_the_usual_length_is_printed_whole(report: BookReport) -> None:
    assert render_report(report, language="en", most_rows=MOST_PRINTED) == render_report(report, language="en")
