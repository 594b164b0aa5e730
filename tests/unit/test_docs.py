"""What the documents tell people to type, and the files that they name, exist."""

import re
import shlex
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click
import grimp
import pytest

from scanpipe import errors
from scanpipe.cli.commands import cli
from scanpipe.enhance.parameters import STEPS
from scanpipe.flows.book.conventions import load_convention
from scanpipe.flows.demo import sample_manifest

ROOT = Path(__file__).parents[2]
LARGEST_PICTURES = 1_500_000
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
WIDEST = 120
TUTORIAL = ROOT / "docs" / "tutorial.md"

TYPED = re.compile(r"^ {4,}(?:.* )?scanpipe (?P<line>[^`\n]+)$|`scanpipe (?P<word>[^`\n]+)`", re.MULTILINE)
FILE = re.compile(r"`(?P<path>[\w./-]+\.(?:py|toml|html|md|po|xlsx?|sh))`")
TARGET = re.compile(r"(?:^ {4,}|`)make (?P<target>[\w-]+)", re.MULTILINE)


def commands_typed(text: str) -> Iterator[list[str]]:
    for match in TYPED.finditer(re.sub(r"\\\n\s+", "", text)):
        line = re.split(r"\s+#\s|\s>", match["line"] or match["word"])[0]
        yield shlex.split(line.replace("[", " ").replace("]", " ").replace("...", ""))


def mistake(words: list[str]) -> str:
    """Return what is wrong with the command, "" if nothing is."""
    command: click.Command = cli
    known = {option for parameter in cli.params for option in parameter.opts}
    for word in words:
        if word.startswith("-"):
            if word.partition("=")[0] not in known | {"--help", "--version"}:
                return f"'{command.name}' has no option {word}"
        elif isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
            known |= {option for parameter in command.params for option in parameter.opts}
    return f"{words} names no command" if isinstance(command, click.Group) and command is cli else ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_is_shown_exists(document: Path) -> None:
    typed = list(commands_typed(document.read_text(encoding="utf-8")))
    assert not [said for words in typed if (said := mistake(words))]


def test_the_readme_shows_how_to_take_a_book_all_the_way() -> None:
    shown = {words[0] for words in commands_typed((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert shown >= {"init", "doctor", "book", "capture", "process", "accept", "deliver", "verify"}


def test_the_book_of_the_tutorial_is_that_of_the_samples() -> None:
    shown = list(commands_typed(TUTORIAL.read_text(encoding="utf-8")))
    assert ["capture", "KS.2010.01", "--from", "samples"] in shown
    add = next(words for words in shown if words[:2] == ["book", "add"])
    stated = dict(zip(add[3::2], add[4::2], strict=True))
    book = sample_manifest().book
    for name in ("year", "volume", "pages", "cases", "front", "back"):
        assert int(stated[f"--{name}"]) == getattr(book, name)
    assert stated["--rule"] == f"index:samples/{book.index}"


@pytest.mark.parametrize("document", [ROOT / "README.md", TUTORIAL], ids=lambda path: path.name)
def test_every_book_was_opened_before(document: Path) -> None:
    opened: set[str] = set()
    for words in commands_typed(document.read_text(encoding="utf-8")):
        if words[:2] == ["book", "add"]:
            stated = dict(zip(words[3::2], words[4::2], strict=True))
            opened.add(f"{words[2]}.{stated['--year']}.{int(stated['--volume']):02}")
        assert {word for word in words if re.fullmatch(r"[A-Z]+\.\d{4}\.\d{2}", word)} <= opened


@pytest.mark.parametrize("words", ["frobnicate KS.2010.01", "deliver --frobnicate", "--frobnicate deliver"])
def test_what_does_not_exist_is_found(words: str) -> None:
    assert mistake(words.split())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(TARGET.findall(document.read_text(encoding="utf-8"))) <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_source_file_that_is_named_exists(document: Path) -> None:
    folders = ("", "scanpipe", "configs", "configs/scanners", "configs/recipes", "configs/conventions", "docs")
    named = {match["path"] for match in FILE.finditer(document.read_text(encoding="utf-8"))}
    of_the_station = {"station.toml", "report.html", "KS.2010.01.xlsx"}
    assert not [
        path for path in named - of_the_station if not any((ROOT / folder / path).exists() for folder in folders)
    ]


CONVENTION = re.compile(r"(?:^ {4}.*\n|^\n(?= {4}))+", re.MULTILINE)


def test_every_convention_that_is_shown_can_be_loaded(tmp_path: Path) -> None:
    shown = [match[0] for match in CONVENTION.finditer((ROOT / "docs" / "conventions.md").read_text(encoding="utf-8"))]
    files = [textwrap.dedent(text).strip() for text in shown if "based_on" in text]
    assert len(files) == 2
    for number, text in enumerate(files):
        (tmp_path / f"{number}.toml").write_text(text, encoding="utf-8")
    names, workbook = (load_convention(str(tmp_path / f"{number}.toml")) for number in range(2))
    assert "NCN" in names.kinds
    assert (workbook.matter_location, workbook.workbook.layout("KS").sheet) == ("zip", "Khai sinh")
    typed = {*workbook.workbook.dates, *workbook.workbook.codes, *workbook.workbook.final}
    assert typed & set(workbook.workbook.layout("KS").columns) >= {"ngayCap", "nksGioiTinh", "trangThai"}


def test_every_step_is_explained_with_a_picture() -> None:
    text = (ROOT / "docs" / "enhancement.md").read_text(encoding="utf-8")
    named = {*STEPS, "mask"}
    assert named - {"mask"} <= set(re.findall(r"^### `(\w+)`$", text, re.MULTILINE))
    assert named <= set(re.findall(r"\(pictures/(\w+)\.jpg\)", text))


def test_the_pictures_of_the_documents_are_there_and_small() -> None:
    shown = {
        (document.parent / target)
        for document in DOCUMENTS
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", document.read_text(encoding="utf-8"))
    }
    assert not [path for path in shown if not path.is_file()]
    assert sum(path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()) < LARGEST_PICTURES


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(([^)#]+\.md)\)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert linked == {str(path.relative_to(ROOT)) for path in DOCUMENTS} - {"README.md"}
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 75


def test_every_command_and_exit_code_stands_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    table = text.partition("## Which commands")[2].partition("\n## ")[0]
    for name, command in cli.commands.items():
        parts = [f"{name} {part}" for part in command.commands] if isinstance(command, click.Group) else [name]
        assert [part for part in parts if part not in table and part.partition(" ")[2] not in table] == []
    codes = text.partition("## Which exit codes")[2].partition("\n## ")[0]
    told = {int(code) for row in re.findall(r"^\| ([\d, -]+) \|", codes, re.MULTILINE) for code in numbers(row)}
    assert told == {0, *(kind.exit_code for kind in error_kinds())}


def numbers(text: str) -> Iterator[int]:
    for part in text.split(", "):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def error_kinds() -> Iterator[type[errors.ScanpipeError]]:
    return (kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.ScanpipeError))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_line_is_too_wide(document: Path) -> None:
    lines = document.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > WIDEST and not line.startswith("    ")] == []


def test_architecture_tells_the_truth_about_who_imports_whom() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("who imports whom?")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| .* \|(.*)\|$", table, re.MULTILINE)
    told = {room: {name.strip() for name in cell.split(",") if name.strip()} for room, cell in rows}
    if told["flows"] == {"all below but jit_cache and pdf"}:
        told["flows"] = set(told) - {"cli", "console", "review", "flows", "jit_cache", "pdf"}
    assert told == imports_of_rooms()


def imports_of_rooms() -> dict[str, set[str]]:
    graph = grimp.build_graph("scanpipe")
    left_out = {"errors", "messages"}
    rooms: dict[str, set[str]] = {}
    for module in graph.modules - {"scanpipe"}:
        room = module.split(".")[1]
        others = {name.split(".")[1] for name in graph.find_modules_directly_imported_by(module) if "." in name}
        rooms[room] = rooms.get(room, set()) | (others - {room} - left_out)
    return {room: others for room, others in rooms.items() if room not in left_out}
