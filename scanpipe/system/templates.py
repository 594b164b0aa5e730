"""HTML templates of packages: no value is taken for markup, and texts are translated as a template is filled in."""

import gettext
from collections.abc import Callable
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


def templates_of(*packages: str, shown: Callable[[Any], Any] | None = None) -> Environment:
    """Return the templates of `templates/` in some packages, each of which is compiled once.

    Args:
        packages: their names; the first one that has a template counts.
        shown: what is made of each value before it is shown.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
    )
    environment.install_gettext_callables(gettext.gettext, gettext.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment
