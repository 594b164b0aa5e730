import pytest

from scanpipe.model import CaseKey
from scanpipe.package.findings import Severity
from scanpipe.package.naming.convention import BookName, Convention
from scanpipe.package.verify.package import verify_package
from scanpipe.package.verify.pdfs import number_gaps
from tests.unit.package.packages import codes, found, rezip

ONE, TWO, OTHER_YEAR = "KS.2010.01.001.pdf", "KS.2010.01.002a.pdf", "KS.2010.01.2011.001.pdf"


def test_swapped_pdfs_are_found_by_their_titles(package, convention: Convention) -> None:
    rezip(package.zip, {**package.pdfs, ONE: package.pdfs[OTHER_YEAR], OTHER_YEAR: package.pdfs[ONE]})
    report = verify_package(package.zip, convention=convention)
    assert found(report) == {("pdf-title", ONE), ("pdf-title", OTHER_YEAR)}
    assert "KS.2010.01.2011.001" in str(report.errors[0].message)


def test_the_same_pdf_under_two_numbers(package, convention: Convention) -> None:
    rezip(package.zip, {**package.pdfs, TWO: package.pdfs[ONE]})
    assert found(verify_package(package.zip, convention=convention)) == {("pdf-title", TWO), ("pdf-duplicate", TWO)}


def test_the_same_pdf_under_two_numbers_is_found_without_titles(package, convention: Convention, pdf_bytes) -> None:
    rezip(package.zip, {**package.pdfs, ONE: pdf_bytes(), TWO: pdf_bytes()})
    assert found(verify_package(package.zip, convention=convention)) == {("pdf-duplicate", TWO)}


@pytest.mark.parametrize("title", ["", "Sổ khai sinh 2010", "KS.2010.01.001", "KS.2010.01.001.PDF", "KS.2010.01.1"])
def test_titles_that_name_no_other_pdf_are_fine(package, convention: Convention, pdf_bytes, title: str) -> None:
    rezip(package.zip, {**package.pdfs, ONE: pdf_bytes(title=title)})
    assert verify_package(package.zip, convention=convention).ok


@pytest.mark.parametrize("title", ["KS.2011.01.001", "KS.2010.02.001", "KS.2010.01.front", "KS.2010.01.012.pdf"])
def test_a_title_of_another_book_or_part(package, convention: Convention, pdf_bytes, title: str) -> None:
    rezip(package.zip, {**package.pdfs, ONE: pdf_bytes(title=title)})
    assert found(verify_package(package.zip, convention=convention)) == {("pdf-title", ONE)}


def test_cases_on_the_very_same_page_differ_in_title_and_are_fine(package, convention: Convention, pdf_bytes) -> None:
    members = {name: pdf_bytes(title=name.removesuffix(".pdf")) for name in package.pdfs}
    rezip(package.zip, members)
    assert verify_package(package.zip, convention=convention).ok


def test_a_case_missing_from_zip_and_workbook_is_a_gap(package, convention: Convention, pdf_bytes) -> None:
    name = "KS.2010.01.007.pdf"
    rezip(package.zip, {**package.pdfs, name: pdf_bytes(title="KS.2010.01.007")})
    report = verify_package(package.zip, convention=convention)
    (gap,) = [finding for finding in report.warnings if finding.code == "number-gap"]
    assert codes(report) == {"pdf-without-row"}
    assert (gap.severity, gap.member) == (Severity.WARNING, "KS.2010.01.zip")
    assert str(gap.message).endswith("numbers 3-6/2010")


def gaps(volume: int, *numbers: str) -> list[str]:
    cases = [CaseKey(year=2010, number=number) for number in numbers]
    return [str(gap.message) for gap in number_gaps("x.zip", cases, BookName(kind="KS", year=2010, volume=volume))]


def test_only_a_first_volume_is_known_to_begin_with_1() -> None:
    assert gaps(1, "1", "2", "2a", "3") == gaps(2, "201", "202") == []
    assert gaps(1, "3", "4") == ["no case has the numbers 1-2/2010"]
    assert gaps(2, "201", "203") == ["no case has the numbers 202/2010"]


def test_many_gaps_are_said_in_short() -> None:
    (message,) = gaps(1, *(str(2 * number) for number in range(1, 1001)))
    assert message.startswith("no case has the numbers 1/2010, 3/2010, ")
    assert message.endswith("39/2010 and 980 more ranges")
