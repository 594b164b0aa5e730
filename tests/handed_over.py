"""A delivery as it is handed over, described without pixels."""

import msgspec

from scanpipe.package.reports.handover import HandedFile, HandedMatter, HandedPage, Handover

_BODY = tuple(HandedPage(page=str(number), width_mm=210, height_mm=297) for number in range(1, 8))

HANDOVER = Handover(
    unit_code="14758",
    unit_list="2025-07-01",
    unit_name="Phường Hàm Rồng, tỉnh Thanh Hóa",
    kind="KS",
    kind_name="Khai sinh",
    year=2010,
    volume=1,
    revision=2,
    convention="default",
    confidence="evidence, not confirmed",
    pages=(
        HandedPage(page="F1", width_mm=215, height_mm=300),
        *_BODY,
        HandedPage(page="8", width_mm=420, height_mm=297, condition="damaged"),
        HandedPage(page="9", width_mm=210, height_mm=297, condition="blank"),
        HandedPage(page="B1", width_mm=250, height_mm=350),
    ),
    cases=9,
    gaps=("4/2010", "6-7/2010"),
    missing=3,
    pdfs=9,
    rows=9,
    archives=(HandedFile(name="KS.2010.01.zip", sha256="ab" * 32, size=1_234_567, pdfs=9),),
    workbook="KS.2010.01.xlsx",
    matter=(
        HandedMatter(name="KS.2010.01.front.pdf", sha256="cd" * 32, size=51_362, pages=("F1",), place="beside"),
        HandedMatter(name="KS.2010.01.back.pdf", sha256="ef" * 32, size=68_423, pages=("B1",), place="beside"),
    ),
    iso_sizes=True,
    in_pdfs=("F1", *map(str, range(1, 10)), "9", "B1"),
)


def handover(**changes: object) -> Handover:
    """Return the delivery with other facts."""
    return msgspec.structs.replace(HANDOVER, **changes)
