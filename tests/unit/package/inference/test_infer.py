import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import ConventionError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.model import BookId, CaseKey
from scanpipe.package.inference.infer import infer_names, template_of
from scanpipe.package.naming.template import parse
from scanpipe.settings.toml_files import names

KINDS = ("KS", "KH", "KT")


@pytest.mark.parametrize(
    ("given_names", "template"),
    [
        (
            ["KS.2010.01.001.PDF", "KS.2010.01.002.pdf", "KS.2010.01.012A.PDF"],
            "{kind}.{year:4}.{volume:2}.{number:3}.pdf",
        ),
        (["KS.2010.01.001.pdf"], "{kind}.{year:4}.{volume:2}.{number:3}.pdf"),
        (["14758-KS-01-2010-1.pdf", "14758-KS-01-2010-22.pdf"], "{unit}-{kind}-{volume:2}-{year:4}-{number:1}.pdf"),
        (["HT_KH_2010_1_0001.pdf", "HT_KH_2010_1_0002.pdf"], "HT_{kind}_{year:4}_{volume:1}_{number:4}.pdf"),
        (["2010.01.NCN.7.pdf", "2010.01.NCN.8.pdf"], "{year:4}.{volume:2}.{kind}.{number:1}.pdf"),
        (["KS.2010.Q01.S001.pdf", "KS.2010.Q01.S012a.pdf"], "{kind}.{year:4}.Q{volume:2}.S{number:3}.pdf"),
    ],
)
def test_the_template_is_told_by_the_names(given_names: list[str], template: str) -> None:
    inferred = infer_names(given_names, kinds=KINDS)
    assert inferred.templates == {"pdf": template}
    assert inferred.unexplained == ()


def test_a_year_more_before_the_number_is_the_cases_own() -> None:
    inferred = infer_names(["KS.2010.01.001.pdf", "KS.2010.01.002.pdf", "KS.2010.01.2011.001.pdf"], kinds=KINDS)
    assert inferred.templates["pdf_other_year"] == "{kind}.{year:4}.{volume:2}.{case_year:4}.{number:3}.pdf"


@pytest.mark.parametrize(
    ("given_names", "pdf", "pdf_other_year"),
    [
        (
            ["KS.2010.01.2010.001.pdf", "KS.2010.01.2010.002.pdf", "KS.2010.01.2011.001.pdf"],
            "{kind}.{year:4}.{volume:2}.{year:4}.{number:3}.pdf",
            "{kind}.{year:4}.{volume:2}.{case_year:4}.{number:3}.pdf",
        ),
        (
            ["KS.2011.2010.01.001.pdf", "KS.2010.2010.01.001.pdf", "KS.2010.2010.01.002.pdf"],
            "{kind}.{year:4}.{year:4}.{volume:2}.{number:3}.pdf",
            "{kind}.{case_year:4}.{year:4}.{volume:2}.{number:3}.pdf",
        ),
        (
            ["KS.2010.01.001-2010.pdf", "KS.2010.01.002-2010.pdf"],
            "{kind}.{year:4}.{volume:2}.{number:3}-{year:4}.pdf",
            "{kind}.{year:4}.{volume:2}.{number:3}-{case_year:4}.pdf",
        ),
    ],
)
def test_a_second_year_that_may_be_the_books_is_the_cases_own(
    given_names: list[str], pdf: str, pdf_other_year: str
) -> None:
    inferred = infer_names(given_names, kinds=KINDS)
    assert inferred.templates == {"pdf": pdf, "pdf_other_year": pdf_other_year}
    assert inferred.unexplained == ()


def test_front_and_back_matter_is_told_from_the_cases() -> None:
    cases = ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf"]
    inferred = infer_names([*cases, "KS.2010.01.front.PDF", "KS.2010.01.back.pdf"], kinds=KINDS)
    assert inferred.templates["matter"] == "{kind}.{year:4}.{volume:2}.{part}.pdf"
    assert inferred.unexplained == ()


def test_names_that_are_written_otherwise_are_listed() -> None:
    names = ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf", "ks.2010.01.003.pdf"]
    assert infer_names(names, kinds=KINDS).unexplained == ("ks.2010.01.003.pdf",)


def test_names_that_fit_no_template_are_listed() -> None:
    inferred = infer_names(
        ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf", "KS.2010.01.bia.pdf", "ghi chu.txt"], kinds=KINDS
    )
    assert inferred.unexplained == ("KS.2010.01.bia.pdf", "ghi chu.txt")


@settings(deadline=None, derandomize=True)
@given(
    shipped=st.sampled_from([load_convention(name) for name in names("conventions")]),
    numbers=st.lists(st.integers(1, 9999), min_size=2, max_size=30, unique=True),
    kind=st.sampled_from(KINDS),
    year=st.integers(1950, 2030),
    volume=st.integers(1, 12),
)
def test_names_of_every_shipped_convention_are_learnt(shipped, numbers, kind: str, year: int, volume: int) -> None:
    book = BookId(unit_code="14758", kind=kind, year=year, volume=volume)
    given_names = [shipped.pdf_name(book, CaseKey(year=year, number=str(number))) for number in numbers]
    inferred = infer_names(given_names, kinds=shipped.kinds)
    for name in given_names:
        fields = parse(inferred.templates["pdf"], name)
        assert fields and {key: fields[key] for key in ("kind", "year")} == {"kind": kind, "year": str(year)}
        assert int(fields["volume"]) == volume
    assert template_of(shipped.zip_name(book), inferred.book) == shipped.names.zip


@pytest.mark.parametrize(
    ("given_names", "reason"),
    [
        ([], "no PDF names"),
        (["a.txt"], "no PDF names"),
        (["scan-001.pdf", "scan-002.pdf"], r"\{kind\}, \{year\}, \{volume\}"),
        (["KS.2010.01.an.001.pdf", "KS.2010.01.binh.002.pdf"], "The meaning of an, binh"),
        (["ks.2010.01.001.pdf", "ks.2010.01.002.pdf"], "'ks'.* only capital letters .* KS"),
        (["Ks.2010.01.001.pdf"], "'Ks'.* only capital letters .* KS"),
        (["KS.2010-2011.01.001.pdf", "KS.2012-2013.01.002.pdf"], r"second year \(2011, 2013\)"),
    ],
)
def test_names_that_tell_too_little_are_refused(given_names: list[str], reason: str) -> None:
    with pytest.raises(ConventionError, match=reason):
        infer_names(given_names, kinds=KINDS)
