"""The morning report as one HTML file that needs nothing else: it can be mailed, printed, and opened anywhere."""

import gettext
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from scanpipe.messages import language


def report_page(words: Mapping[str, Any]) -> str:
    """Return the page of a report that is in words; no value is taken for markup."""
    return _environment().get_template("report_file.html").render(language=language(), linked=False, **words)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("scanpipe.flows.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
    )
    environment.install_gettext_callables(gettext.gettext, gettext.ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment
