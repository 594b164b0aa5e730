"""Papers: HTML templates filled in, and made PDF/A for those who sign and file them."""

import logging
import warnings
from functools import cache
from typing import Any

from jinja2 import Environment
from PIL import ImageFile

from scanpipe.errors import ToolMissing
from scanpipe.messages import lazy
from scanpipe.system.printable import printable
from scanpipe.system.templates import templates_of


def fill_in(template: str, **values: Any) -> str:
    """Return a template of `templates/` with its values, none of which is taken for markup."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    return templates_of("scanpipe.package.reports", shown=_shown)


def _shown(value: Any) -> Any:
    return printable(value, lines=True) if type(value) is str else value  # markup is the template's own


def print_pdf(html: str) -> bytes:
    """Return a page of HTML as PDF/A-2b, on the paper that its style sheet names.

    It carries no date, and its identifier comes from its content: the same text gives the same bytes.

    Raises:
        ToolMissing: Pango, which sets the type, is not installed.
    """
    weasyprint = _weasyprint()
    # What a style sheet says to browsers only is nothing to warn of.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its colour profile to be closed by Python
        return bytes(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/a-2b"))


def require_printing() -> None:
    """Make sure that papers can be printed here.

    Raises:
        ToolMissing: Pango is not installed.
    """
    _weasyprint()


def _weasyprint() -> Any:
    """Return WeasyPrint, which on loading would have Pillow take pictures that are cut off: that is undone."""
    cut_off_taken = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        import weasyprint
    except OSError as error:
        raise ToolMissing(
            lazy("The typesetting library Pango cannot be loaded ({error}).", error=error),
            remedy=lazy("Install it: apt install {packages}", packages="libpango-1.0-0 libpangoft2-1.0-0"),
        ) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = cut_off_taken
    return weasyprint
