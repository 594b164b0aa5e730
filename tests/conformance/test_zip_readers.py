"""A delivered ZIP as other people's programs unpack it: every member, to the byte, in silence."""

import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scanpipe.package.naming.limits import ZipRules
from scanpipe.package.zips.bundle import Member, write_zip

NAMES = [f"KS.2010.01.{number:03}.pdf" for number in range(1, 30)]
UNZIP_JAVA = Path(__file__).parent / "java" / "Unzip.java"


def by_python(package: Path, folder: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)


def by_unzip(package: Path, folder: Path) -> None:
    _run("unzip", "-q", package, "-d", folder)


def by_7z(package: Path, folder: Path) -> None:
    _run("7z", "x", "-bso0", "-bsp0", package, f"-o{folder}")


def by_libarchive(package: Path, folder: Path) -> None:
    _run("bsdtar", "-xf", package, "-C", folder)


def by_java(package: Path, folder: Path) -> None:
    _run("java", UNZIP_JAVA, package, folder)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert not done.stdout + done.stderr


@pytest.fixture(scope="module", params=["stored", "deflated"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A flat ZIP of stored files, and one of deflated files in folders."""
    folder, rng = tmp_path_factory.mktemp("package"), np.random.default_rng(1)
    inside = "14758/KS.2010/" if request.param == "deflated" else ""
    content = {f"{inside}{name}": rng.bytes(int(rng.integers(0, 40_000))) for name in NAMES}
    for name, data in content.items():
        (folder / Path(name).name).write_bytes(data)
    target = folder / "KS.2010.01.zip"
    members = [Member(name=name, path=folder / Path(name).name) for name in content]
    write_zip(target, members, ZipRules(packing=request.param))
    return target, content


@pytest.mark.parametrize("unpack", [by_python, by_unzip, by_7z, by_libarchive, by_java])
def test_every_program_unpacks_the_same_members(
    package: tuple[Path, dict[str, bytes]], unpack: Callable[[Path, Path], None], tmp_path: Path
) -> None:
    archive, content = package
    unpack(archive, tmp_path)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {file.relative_to(tmp_path).as_posix(): file.read_bytes() for file in files} == content
