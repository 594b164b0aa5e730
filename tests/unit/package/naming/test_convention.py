import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import ConventionError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.model import BookId, CaseKey, Part
from scanpipe.package.naming.convention import BookName, Convention
from scanpipe.settings.toml_files import names

BOOK = BookId(unit_code="00123", kind="KS", year=2010, volume=1)
books = st.builds(
    BookId,
    unit_code=st.from_regex("[0-9]{5}", fullmatch=True),
    kind=st.sampled_from(["KS", "KH", "KT", "CMC", "GH", "HN"]),
    year=st.integers(1900, 2099),
    volume=st.integers(1, 150),
)
keys = st.builds(
    CaseKey,
    year=st.integers(1900, 2099),
    number=st.builds(
        lambda digits, letters: f"{digits}{letters}",
        st.integers(1, 99_999),
        st.from_regex("[a-z]{0,3}", fullmatch=True),
    ),
)


def with_names(convention: Convention, **names: str) -> Convention:
    raw = msgspec.to_builtins(convention)
    raw["names"].update(names)
    return msgspec.convert(raw, type=Convention)


def test_the_shipped_convention_is_the_evidence_and_says_so(convention: Convention) -> None:
    assert convention.pdf_name(BOOK, CaseKey(year=2010, number="1")) == "KS.2010.01.001.pdf"
    assert convention.pdf_name(BOOK, CaseKey(year=2010, number="012A")) == "KS.2010.01.012a.pdf"
    assert convention.zip_name(BOOK) == "KS.2010.01.zip"
    assert convention.workbook_name(BOOK) == "KS.2010.01.xlsx"
    assert convention.matter_name(BOOK, Part.BACK) == "KS.2010.01.back.pdf"
    assert convention.confidence == "evidence, not confirmed"


def test_a_case_of_another_year_carries_its_year_before_the_number(convention: Convention) -> None:
    name = convention.pdf_name(BOOK, CaseKey(year=2011, number="7"))
    assert name == "KS.2010.01.2011.007.pdf"
    assert convention.parse_pdf_name(name).key == CaseKey(year=2011, number="7")


def test_capitals_of_suffix_and_letters_are_accepted(convention: Convention) -> None:
    parsed = convention.parse_pdf_name("KS.2010.01.012A.PDF")
    assert parsed.key == CaseKey(year=2010, number="12a")
    assert parsed.book == BookName(kind="KS", year=2010, volume=1)


@pytest.mark.parametrize("shipped", names("conventions"))
@settings(deadline=None, derandomize=True)
@given(book=books, key=keys, part=st.integers(1, 200))
def test_every_name_is_ascii_and_parses_back(shipped: str, book: BookId, key: CaseKey, part: int) -> None:
    convention = load_convention(shipped)
    name = convention.pdf_name(book, key)
    parsed = convention.parse_pdf_name(name)
    assert name.isascii() and parsed.key == key and parsed.book.agrees_with(book)
    assert convention.pdf_name(parsed.book, parsed.key) == name
    for number in (None, part):
        read = convention.parse_zip_name(convention.zip_name(book, number))
        assert read.book.agrees_with(book) and read.part == number
    assert convention.parse_workbook_name(convention.workbook_name(book)).agrees_with(book)
    matter = convention.parse_matter_name(convention.matter_name(book, Part.FRONT))
    assert matter.part is Part.FRONT and matter.book.agrees_with(book)


@settings(deadline=None, derandomize=True)
@given(text=st.text(max_size=30) | st.from_regex(r"KS\.20[0-9]{1,3}\.[0-9]{1,3}\.[0-9a]{1,6}\.pdf"))
def test_any_other_text_is_refused_or_is_a_name_but_for_capitals(convention: Convention, text: str) -> None:
    try:
        parsed = convention.parse_pdf_name(text)
    except ConventionError:
        return
    assert convention.pdf_name(parsed.book, parsed.key).lower() == text.lower()


@pytest.mark.parametrize(
    "name",
    [
        "KS.2010.01.1.pdf",
        "KS.2010.01.0012.pdf",
        "KS.10.01.001.pdf",
        "KS.2010.1.001.pdf",
        "KS.2010.01.000.pdf",
        "KS.2010.00.001.pdf",
        "ks.2010.01.001.pdf",
        "XX.2010.01.001.pdf",
        "KS.2010.01.001",
        "KS.2010.01.001.pdf\n",
        "KS.2010.01.back.pdf",
        "../KS.2010.01.001.pdf",
        "KS.2010.01.٠٠١.pdf",
    ],
)
def test_a_name_that_differs_is_refused(convention: Convention, name: str) -> None:
    with pytest.raises(ConventionError):
        convention.parse_pdf_name(name)


@pytest.mark.parametrize(
    "key", [CaseKey(year=2010, number="x"), CaseKey(year=2010, number="0"), CaseKey(year=11, number="1")]
)
def test_what_no_name_can_show_is_refused(convention: Convention, key: CaseKey) -> None:
    with pytest.raises(ConventionError, match=r"KS\.2010\.01"):
        convention.pdf_name(BOOK, key)


def test_an_unknown_kind_is_refused_with_the_known_ones(convention: Convention) -> None:
    with pytest.raises(ConventionError, match="KS, KH, KT"):
        convention.zip_name(BookId(unit_code="1", kind="ZZ", year=2010, volume=1))


def test_body_pages_are_no_matter(convention: Convention) -> None:
    with pytest.raises(ConventionError):
        convention.matter_name(BOOK, Part.BODY)


def test_a_convention_may_put_the_unit_in_front_with_its_leading_zeros(convention: Convention) -> None:
    longer = with_names(convention, pdf="{unit}.{kind}.{year:4}.{volume:2}.{number:3}.pdf")
    name = longer.pdf_name(BOOK, CaseKey(year=2010, number="1"))
    assert name == "00123.KS.2010.01.001.pdf"
    assert longer.parse_pdf_name(name).book.unit_code == "00123"


def test_a_name_that_two_templates_read_differently_is_refused(convention: Convention) -> None:
    confusing = with_names(
        convention,
        pdf="{kind}.{unit}.{year:4}.{volume:2}.{number:3}.pdf",
        pdf_other_year="{kind}.{year:4}.{case_year:4}.{volume:2}.{number:3}.pdf",
    )
    with pytest.raises(ConventionError, match="two meanings"):
        confusing.parse_pdf_name("KS.2010.2011.01.001.pdf")


@pytest.mark.parametrize(
    "template",
    [
        "{kind}.{year:4}.{volume:2}.pdf",
        "{kind}.{year:4}.{volume:2}{number:3}.pdf",
        "{kind}.{year:2}.{volume:2}.{number:3}.pdf",
        "{kind}.{year:4}.{volume:2}.{number:3}.zip",
        "a/{kind}.{year:4}.{volume:2}.{number:3}.pdf",
        "{kind}.{year:4}.{volume:2}.{number:3}.{month}.pdf",
        "{kind:3}.{year:4}.{volume:2}.{number:3}.pdf",
        "Đ.{kind}.{year:4}.{volume:2}.{number:3}.pdf",
        "{kind}.{year:4}.{volume:2}.{number:3}.{zip_part}.pdf",
    ],
)
def test_a_template_that_could_not_be_parsed_back_is_refused(convention: Convention, template: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        with_names(convention, pdf=template)


def test_a_layout_must_hold_the_columns_that_are_filled_in(convention: Convention) -> None:
    raw = msgspec.to_builtins(convention)
    raw["workbook"]["columns"]["page"] = "page"
    with pytest.raises(msgspec.ValidationError, match="lacks page"):
        msgspec.convert(raw, type=Convention)


def test_the_layout_of_births_is_the_template_seen(convention: Convention) -> None:
    births = convention.workbook.layout("KS")
    assert (births.sheet, births.notes_sheet, len(births.columns)) == ("DL Import", "Ghi chu", 70)
    assert births.columns[:5] == ("STT", "so", "quyenSo", "trangSo", "ngayDangKy")
    assert convention.workbook.layout("GH") == convention.workbook.other


@pytest.mark.parametrize(
    ("template", "folder"),
    [("", ""), ("PDF", "PDF/"), ("{unit}/{kind}.{year:4}", "00123/KS.2010/"), ("{volume:2}", "01/")],
)
def test_pdfs_lie_in_the_folder_that_the_convention_says(convention: Convention, template: str, folder: str) -> None:
    assert with_names(convention, folder=template).folder(BOOK) == folder


@pytest.mark.parametrize("template", ["/a", "a/", "a//b", "..", "a/../b", "{number:3}", "{kind}{year:4}", "a\\b", "Đ"])
def test_a_folder_that_not_every_system_can_store_is_refused(convention: Convention, template: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        with_names(convention, folder=template)


def test_the_longer_form_has_the_volume_third_and_the_number_fifth() -> None:
    longer = load_convention("long")
    parts = longer.pdf_name(BOOK, CaseKey(year=2010, number="7")).removesuffix(".pdf").split(".")
    assert (parts[2], parts[4]) == ("01", "007")
    assert longer.workbook_name(BOOK) == ".".join(parts[:-1]) + ".xlsx"


def test_the_archive_form_is_file_code_dot_number() -> None:
    archive = load_convention("archive")
    assert archive.pdf_name(BOOK, CaseKey(year=2010, number="7")) == "00123-2010-KS-01.007.pdf"
    assert archive.matter_location == "zip"
