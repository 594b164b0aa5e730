"""What is proposed from a package can be loaded, and reads every name that it says it does."""

import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanpipe.errors import ConventionError
from scanpipe.flows.book.conventions import load_convention
from scanpipe.package.inference.evidence import PackageEvidence, observe_workbook
from scanpipe.package.inference.infer import InferredNames, infer_names
from scanpipe.package.inference.proposal import convention_text

DEFAULT = load_convention("default")
COLUMNS = ("STT", "so", "quyenSo", "trangSo", "ngayDangKy", "noiDangKy")


def observed(**others: object) -> PackageEvidence:
    facts = {"zip": "KS.2010.01.zip", "names": (), "folder": "", "deflated": False, "size": 1, "kb_per_a4": 90.0}
    seen = {"dpi": 300.0, "colour": True, "pdfa": True, **others}
    return PackageEvidence(**{**facts, **seen})  # type: ignore[arg-type]


def proposed(folder: Path, inferred: InferredNames, seen: PackageEvidence) -> Path:
    file = folder / "learnt.toml"
    file.write_text(convention_text("learnt", base_name="default", base=DEFAULT, inferred=inferred, evidence=seen))
    return file


@pytest.mark.parametrize(
    ("zip_name", "workbook", "folder"),
    [
        ("KS.2010.01.zip", "KS.2010.01.xlsx", ""),
        ("ho so 2010.zip", "danh sach.xlsx", "Sổ khai sinh"),
        ("2010-KS-01.ZIP.zip", "", "KS/2010"),
        ("KS_2010_01.zip", "KS_2010_01.xlsx", "a/KS.2010.01"),
        ("upload.zip", "", ".."),
    ],
)
def test_what_is_proposed_can_be_loaded(tmp_path: Path, zip_name: str, workbook: str, folder: str) -> None:
    names = ["KS.2010.01.001.PDF", "KS.2010.01.002.pdf"]
    seen = observed(zip=zip_name, workbook=workbook, folder=folder, columns=("so", "quyenSo", "so "))
    learnt = load_convention(str(proposed(tmp_path, infer_names(names, kinds=DEFAULT.kinds), seen)))
    assert all(learnt.parse_pdf_name(name).book.kind == "KS" for name in names)


def test_kinds_that_are_new_are_taken_up_and_told(tmp_path: Path) -> None:
    inferred = infer_names(["NCN.2010.01.001.pdf", "NCN.2010.01.002.pdf"], kinds=DEFAULT.kinds)
    file = proposed(tmp_path, inferred, observed(zip="NCN.2010.01.zip"))
    assert load_convention(str(file)).parse_pdf_name("NCN.2010.01.002.pdf").book.kind == "NCN"
    assert "describe them: NCN" in file.read_text()


def test_a_workbook_with_other_columns_is_no_layout_and_told(tmp_path: Path) -> None:
    inferred = infer_names(["KS.2010.01.001.pdf"], kinds=DEFAULT.kinds)
    file = proposed(tmp_path, inferred, observed(workbook="KS.2010.01.xlsx", columns=("so", "quyenSo", "page")))
    assert load_convention(str(file)).workbook == DEFAULT.workbook
    assert "STT, trangSo, ngayDangKy, noiDangKy" in file.read_text()


def test_names_that_no_template_can_tell_are_refused() -> None:
    inferred = infer_names(["sổ.KS.2010.01.001.pdf", "sổ.KS.2010.01.002.pdf"], kinds=DEFAULT.kinds)
    with pytest.raises(ConventionError, match="sổ"):
        convention_text("learnt", base_name="default", base=DEFAULT, inferred=inferred, evidence=observed())


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ({"columns": ("STT", "so", "quyenSo", "trangSo", "ngayDangKy", "noiDangKy", "a", "a")}, "present twice; .*: a"),
        ({"dpi": 39.0}, "at least 39 dpi"),
        ({"zip": "KS.2010.01.ZIP"}, "guess"),
    ],
)
def test_odd_packages_lead_to_files_that_can_be_loaded(tmp_path: Path, seen, told: str) -> None:
    inferred = infer_names(["KS.2010.01.001.pdf", "KS.2010.01.{x}.002.pdf"], kinds=DEFAULT.kinds)
    file = proposed(tmp_path, inferred, observed(**seen))
    learnt = load_convention(str(file))
    assert learnt.names.zip == "{kind}.{year:4}.{volume:2}.zip" and re.search(told, file.read_text())
    assert inferred.unexplained == ("KS.2010.01.{x}.002.pdf",)


def test_what_names_hide_never_stands_raw_in_the_file(tmp_path: Path) -> None:
    names = ["KS.2010.01.001.pdf", "KS.2010.01.x\nname = 'evil'\x1b[31m\u202e.002.pdf"]
    seen = observed(zip="KS\x9b\udcf4.zip", workbook="a\x1b.xlsx", sheet="b\x9b", columns=COLUMNS)
    file = proposed(tmp_path, infer_names(names, kinds=DEFAULT.kinds), seen)
    assert not set(file.read_text()) & set("\x1b\x9b\u202e")
    learnt = load_convention(str(file))
    assert (learnt.name, learnt.workbook.layout("KS").sheet) == ("learnt", "b_u009b")


def test_matter_that_lies_in_the_zip_is_proposed_there(tmp_path: Path) -> None:
    names = ["KS.2010.01.001.pdf", "KS.2010.01.002.pdf", "KS.2010.01.back.pdf"]
    file = proposed(tmp_path, infer_names(names, kinds=DEFAULT.kinds), observed())
    learnt = load_convention(str(file))
    assert learnt.matter_location == "zip" and learnt.parse_matter_name("KS.2010.01.back.pdf").part == "back"
    assert "matter" not in file.read_text().partition("name =")[0]
    without = proposed(tmp_path, infer_names(names[:2], kinds=DEFAULT.kinds), observed())
    assert load_convention(str(without)).matter_location == DEFAULT.matter_location


def test_a_book_whose_every_name_has_the_cases_year_is_read(tmp_path: Path) -> None:
    names = ["KS.2010.01.2010.001.pdf", "KS.2010.01.2010.002.pdf", "KS.2010.01.2011.001.pdf"]
    learnt = load_convention(str(proposed(tmp_path, infer_names(names, kinds=DEFAULT.kinds), observed())))
    assert [str(learnt.parse_pdf_name(name).key) for name in names] == ["1/2010", "2/2010", "1/2011"]


def test_what_may_be_volume_or_number_is_told(tmp_path: Path) -> None:
    inferred = infer_names(["KS.2010.01.002.pdf", "KS.2010.02.001.pdf"], kinds=DEFAULT.kinds)
    text = proposed(tmp_path, inferred, observed()).read_text()
    assert "are a guess" in text and "contains 2 books" in text


@given(
    literal=st.sampled_from(["", "HT", "so-ho-tich", "Xa A", "(1)"]),
    order=st.permutations(["KS", "2010", "01", "14758"]),
    separator=st.sampled_from([".", "-", "_", " ", "--"]),
    count=st.integers(1, 5),
)
def test_names_in_any_order_are_read(
    tmp_path_factory, literal: str, order: list[str], separator: str, count: int
) -> None:
    stem = separator.join([*([literal] if literal else []), *order])
    names = [f"{stem}{separator}{number:03}.pdf" for number in range(1, count + 1)]
    try:
        inferred = infer_names(names, kinds=DEFAULT.kinds)
        file = proposed(tmp_path_factory.mktemp("learnt"), inferred, observed(zip=f"{stem}.zip"))
    except ConventionError:
        return
    learnt = load_convention(str(file))
    for number, name in enumerate(names, 1):
        if name not in inferred.unexplained:
            assert learnt.parse_pdf_name(name).key.number == str(number)


def test_headers_that_nobody_knows_are_shown_and_names_still_proposed(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["DANH SÁCH"])
    book.active.append(["TT", "Số", "Quyển", "Họ tên"])
    book.active.append([1, "01", "01", "Lan"])
    book.save(tmp_path / "KS.2010.01.xlsx")
    seen = observe_workbook(tmp_path / "KS.2010.01.xlsx", observed(), kind="KS", rules=DEFAULT.workbook)
    assert seen.columns == ("TT", "Số", "Quyển", "Họ tên")
    text = proposed(tmp_path, infer_names(["KS.2010.01.001.pdf"], kinds=DEFAULT.kinds), seen).read_text()
    assert "not proposed: TT, Số, Quyển, Họ tên" in text


def test_numbers_that_stand_in_every_name_are_told(tmp_path: Path) -> None:
    names = ["KS.2010-2012.01.001.pdf", "KS.2010-2012.01.002.pdf"]
    file = proposed(tmp_path, infer_names(names, kinds=DEFAULT.kinds), observed(folder="KS.2010.01/7"))
    assert "check the names of other books: 2012, 7." in file.read_text()
    plain = infer_names(["KS.2010.01.001.pdf", "KS.2010.01.002.pdf"], kinds=DEFAULT.kinds)
    assert "of other books" not in proposed(tmp_path, plain, observed()).read_text()
