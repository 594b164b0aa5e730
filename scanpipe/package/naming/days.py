"""Days as people type them."""

from datetime import date, datetime

_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")


def read_day(text: str) -> date | None:
    """Return a day as 2010-01-31, 31/01/2010 or 31.01.2010; None for what is none."""
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
