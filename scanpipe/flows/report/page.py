"""The morning report as one HTML file that needs nothing else: it can be mailed, printed, and opened anywhere."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment

from scanpipe.messages import language
from scanpipe.system.templates import templates_of


def report_page(words: Mapping[str, Any]) -> str:
    """Return the page of a report that is in words; no value is taken for markup."""
    return _environment().get_template("report_file.html").render(language=language(), linked=False, **words)


@cache
def _environment() -> Environment:
    return templates_of("scanpipe.flows.report")
