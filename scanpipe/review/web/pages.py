"""Pages out of templates, and the files that they load; all of it is read from the package, none by a request."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment

from scanpipe.messages import language
from scanpipe.system.templates import templates_of

_FOLDER = "static"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A script or a style sheet; `version` is another where its content is."""

    content: bytes
    media_type: str
    version: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Return the files that pages load, by their names; those in a folder as "folder/name"."""
    folder = files("scanpipe.review").joinpath(_FOLDER)
    inner = ((f"{each.name}/", each) for each in folder.iterdir() if each.is_dir())
    return {
        f"{before}{path.name}": _static_file(path)
        for before, place in (("", folder), *inner)
        for path in place.iterdir()
        if path.is_file()
    }


def _static_file(path: Traversable) -> StaticFile:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(content=content, media_type=kind, version=hashlib.sha256(content).hexdigest()[:12])


def page(template: str, **values: Any) -> str:
    """Return a template of `templates/` in the language that is spoken; no value is taken for markup."""
    return _environment().get_template(template).render(language=language(), **values)


def static_address(name: str) -> str:
    """Return the address of a file that pages load."""
    return f"/{_FOLDER}/{name}?v={static_files()[name].version}"


@cache
def _environment() -> Environment:
    environment = templates_of("scanpipe.review", "scanpipe.flows.report")
    environment.globals["static"] = static_address
    return environment
