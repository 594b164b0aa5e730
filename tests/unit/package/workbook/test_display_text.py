"""What a person sees in a cell is what is read, or the cell is not read at all."""

from datetime import date, datetime, time, timedelta

import pytest

from scanpipe.package.workbook.display_text import display_text


@pytest.mark.parametrize(
    ("value", "form", "seen"),
    [
        (1234567890, "000000000000", "001234567890"),
        (12345678901, "000 000 000 000", "012345678901"),
        (12345678901, "000\\ 000\\ 000\\ 000", "012345678901"),
        (12345678901, "000-000-000-000", "012-345-678-901"),
        (12345678901, '000"."000"."000"."000', "012.345.678.901"),
        (912345678, "0000 000 000", "0912345678"),
        (42, "00000;@", "00042"),
        (42, "General;@", "42"),
        (42, "[Red]00000;[Blue]-00000;0;@", "00042"),
        (-42, "00000;(00000)", "(00042)"),
        (-42, "00000", "-00042"),
        (0, "000;-000;0", "0"),
        (38185012345, "General", "38185012345"),
        (38185012345, "@", "38185012345"),
        (38185012345.0, "", "38185012345"),
        (1234567, "#,##0", "1234567"),
        (1234567, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "1234567"),
        (27.1, "0.00", "27.10"),
        (2.345, "0.00", "2.345"),
        (3.0, "0.##", "3"),
        (3.7, "0", "3.7"),
        (0.1 + 0.2, "General", "0.3"),
        (3200, '0" g"', "3200 g"),
        (120, "[$₫-42A] #,##0", "₫ 120"),
        (0.5, "0%", "50%"),
        (0.123456789, "0%", "12.3456789%"),
        (0.5, "0.0%", "50.0%"),
        (True, "General", "TRUE"),
        ("  x ", "@", "x"),
        (datetime(2010, 2, 1), "dd.mm.yyyy", "01.02.2010"),
        (datetime(2010, 2, 1), "[$-42A]dd/mm/yyyy;@", "01.02.2010"),
        (date(2010, 2, 1), "General", "01.02.2010"),
        (datetime(2010, 2, 1, 8, 30), "dd.mm.yyyy hh:mm", "01.02.2010 08:30"),
        (datetime(1985, 3, 1), "mm/yyyy", "03/1985"),
        (datetime(1950, 1, 1), "yyyy", "1950"),
        (time(8, 30), "h:mm", "08:30"),
        (time(20, 30), "h:mm AM/PM", "20:30"),
        (time(8, 30), "h:mm:ss", "08:30:00"),
        (time(8, 30, 15), "hh:mm", "08:30:15"),
        (timedelta(hours=26, minutes=5), "[h]:mm", "26:05"),
        (timedelta(hours=26, minutes=5), "[hh]:mm:ss", "26:05:00"),
    ],
)
def test_a_value_is_read_as_it_is_seen(value: object, form: str, seen: str) -> None:
    assert display_text(value, form) == seen


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (0.5, "# ?/?"),
        (0.5, "# ?/8"),
        (120000, "0.00E+00"),
        (1234567, "0,"),
        (1234567, "0.0,,"),
        (1, '[=1]"Nam";[=2]"Nữ"'),
        (1, '"Nam"'),
        (1, ";;;"),
        (0, "#"),
        (12, "0.0.0"),
        (datetime(2026, 3, 12), "d-mmm"),
        (datetime(1900, 1, 1, 12), "h:mm"),
        (time(8, 30), "dd.mm.yyyy"),
        (time(0, 8, 30), "mm:ss"),
        (timedelta(minutes=90), "[mm]:ss"),
        (timedelta(hours=-1), "[h]:mm"),
    ],
)
def test_what_cannot_be_told_for_certain_is_not_guessed(value: object, form: str) -> None:
    assert display_text(value, form) is None
