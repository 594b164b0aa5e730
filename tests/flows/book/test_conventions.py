from pathlib import Path

import pytest

from scanpipe.errors import ConfigError
from scanpipe.flows.book.conventions import known_conventions, load_convention
from scanpipe.messages import language_context
from scanpipe.model import BookId
from scanpipe.package.naming.confidence import confidence_text


def written(station: Path, name: str, text: str) -> None:
    (station / "conventions").mkdir(exist_ok=True)
    (station / "conventions" / f"{name}.toml").write_text(text)


def test_what_a_convention_does_not_say_is_as_in_the_one_it_is_based_on(tmp_path: Path) -> None:
    text = """name = "ours"
based_on = "long"
confidence = "a letter of the Department"
[limits]
kb_per_a4 = 80
[kinds.XYZ]
vietnamese = "Nuôi con nuôi"
english = "Adoptions"
evidence = "sure"
"""
    written(tmp_path, "ours", text)
    ours, longer = load_convention("ours", tmp_path), load_convention("long")
    assert (ours.names, ours.workbook, ours.limits.min_dpi) == (longer.names, longer.workbook, longer.limits.min_dpi)
    assert (ours.limits.kb_per_a4, ours.confidence) == (80, "a letter of the Department")
    assert ours.kinds.keys() - longer.kinds.keys() == {"XYZ"}


def test_a_wrong_key_is_named_with_its_line_in_the_file_that_holds_it(tmp_path: Path) -> None:
    written(tmp_path, "ours", 'name = "ours"\nbased_on = "default"\nconfidence = "x"\n[zip]\nmax_gb = 4\n')
    with pytest.raises(ConfigError, match=r"ours\.toml, line 5, key zip\.max_gb"):
        load_convention("ours", tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "key", "remedy"),
    [
        ('[names]\nfolder = ".x"', 5, "names.folder", r"'\.x' is not a valid folder. Use letters"),
        ('[names]\nfolder = "a/.."', 5, "names.folder", "Use letters, digits and fields"),
        ('[names]\nfolder = "Sổ"', 5, "names.folder", "'Sổ' is not a valid folder"),
        ('[names]\nfolder = "con"', 5, "names.folder", "Use letters"),
        ('[names]\nfolder = "{number}"', 5, "names.folder", "Choose from: {kind}, {unit}, {volume}, {year}"),
        ('[names]\n\npdf = ".pdf"', 6, "names.pdf", r"Use letters, .*, then \.pdf"),
        ('names.zip = ".."', 4, "names.zip", r"Use letters, .*, then \.zip"),
        ('[names]\nzip = "{kind}.{year:2}.{volume:2}.zip"', 5, "names.zip", "write {year:4} instead of {year:2}"),
        ('[names]\nzip = "{kind:2}.{year:4}.{volume:2}.zip"', 5, "names.zip", "write {kind} instead of {kind:2}"),
        ('[names]\npdf = "{kind}.{page}.pdf"', 5, "names.pdf", "Choose from: {kind}, {number}"),
        ("[workbook.layouts.KH]\n\ncolumns = []", 4, "workbook.layouts.KH", "lacks STT, so, .*. Add them"),
        ('[workbook.columns]\nnumber = "soo"', 4, "workbook.layouts.KS", "lacks soo. Add"),
        ("[zip]\nmax_mb = 1\n[workbook.codes]\na = ['1']\nb = []", 8, "workbook.codes.b", "expected a length ≥ 1"),
        ('matter = "zip"', 4, "matter", "this key now has the name matter_location"),
        ('[kinds.KS]\nevidence = "sure"\n[kinds.KH]\nevidence = "no"', 7, "kinds.KH.evidence", "'no'"),
        ('[kinds.ks]\nevidence = "sure"', 4, "kinds.ks", "A-Z"),
        ('[workbook.other]\nsheet = "a/b"', 5, "workbook.other.sheet", "text of the form"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_the_remedy(
    tmp_path: Path, text: str, line: int, key: str, remedy: str
) -> None:
    written(tmp_path, "ours", f'name = "ours"\nbased_on = "default"\nconfidence = "x"\n{text}\n')
    with pytest.raises(ConfigError, match=remedy) as caught:
        load_convention("ours", tmp_path)
    assert f"ours.toml, line {line}, key {key}: " in str(caught.value.text)
    assert not str(caught.value.text).endswith("..")


def test_a_year_needs_no_width(tmp_path: Path) -> None:
    text = '[names]\nzip = "{kind}.{year}.{volume}.zip"\nfolder = "{kind}-{year}"\n'
    written(tmp_path, "ours", f'name = "ours"\nbased_on = "default"\nconfidence = "x"\n{text}')
    ours, book = load_convention("ours", tmp_path), BookId(unit_code="14758", kind="KS", year=2010, volume=1)
    assert (ours.zip_name(book), ours.folder(book)) == ("KS.2010.1.zip", "KS-2010/")


def test_conventions_that_are_based_on_each_other_are_refused(tmp_path: Path) -> None:
    written(tmp_path, "a", 'name = "a"\nbased_on = "b"\nconfidence = "x"\n')
    written(tmp_path, "b", 'name = "b"\nbased_on = "a"\nconfidence = "x"\n')
    with pytest.raises(ConfigError, match="based on itself"):
        load_convention("a", tmp_path)


def test_a_base_that_is_not_there_is_named(tmp_path: Path) -> None:
    written(tmp_path, "ours", 'name = "ours"\nbased_on = "nowhere"\nconfidence = "x"\n')
    with pytest.raises(ConfigError, match="nowhere"):
        load_convention("ours", tmp_path)


@pytest.mark.parametrize("name", known_conventions())
def test_how_sure_a_shipped_convention_is_can_be_read_in_vietnamese(name: str) -> None:
    said = load_convention(name).confidence
    with language_context("vi"):
        assert confidence_text(said) != said
