"""A delivery as it is handed over, and its report, described without pixels."""

from datetime import date

import msgspec

from scanpipe.model import Book, Page
from scanpipe.package.cases.page_sets import Gap
from scanpipe.package.findings import warning
from scanpipe.package.reports.correction_request import Correction, CorrectionRequest
from scanpipe.package.reports.delivery_record import DeliveredFile, DeliveredMatter, DeliveredPage, DeliveryRecord
from scanpipe.package.reports.report import BookReport

_BODY = tuple(DeliveredPage(page=str(number), width_mm=210, height_mm=297) for number in range(1, 8))

DELIVERY = DeliveryRecord(
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
        DeliveredPage(page="F1", width_mm=215, height_mm=300),
        *_BODY,
        DeliveredPage(page="8", width_mm=420, height_mm=297, condition="damaged"),
        DeliveredPage(page="9", width_mm=210, height_mm=297, condition="blank"),
        DeliveredPage(page="B1", width_mm=250, height_mm=350),
    ),
    cases=9,
    gaps=("4/2010", "6-7/2010"),
    missing=3,
    pdfs=9,
    rows=9,
    archives=(DeliveredFile(name="KS.2010.01.zip", sha256="ab" * 32, size=1_234_567, pdfs=9),),
    workbook="KS.2010.01.xlsx",
    matter=(
        DeliveredMatter(name="KS.2010.01.front.pdf", sha256="cd" * 32, size=51_362, pages=("F1",), place="beside"),
        DeliveredMatter(name="KS.2010.01.back.pdf", sha256="ef" * 32, size=68_423, pages=("B1",), place="beside"),
    ),
    iso_sizes=True,
    in_pdfs=("F1", *map(str, range(1, 10)), "9", "B1"),
)

REPORT = BookReport(
    book=Book(id=DELIVERY.book, unit_name=DELIVERY.unit_name, pages=9),
    revision=1,
    convention="default",
    confidence="có căn cứ",
    unit=DELIVERY.unit_name,
    figures=DELIVERY.count(),
    body=9,
    cases=(),
    gaps=(Gap(year=2010, first=4, last=4),),
    findings=(warning("pdf-size", "KS.2010.01.001.pdf", "mỗi trang A4 chiếm 299 kB"),),
    tools={"scanpipe": "0.1.0"},
)

REQUEST = CorrectionRequest(
    book=REPORT.book,
    kind_name=DELIVERY.kind_name,
    unit=DELIVERY.unit_name,
    revision=1,
    number="CV 17",
    dated=date(2026, 3, 5),
    approved_by="Trần Văn Bình",
    note="trả lời công văn của Sở",
    asked_by="Lê Thị Hoa",
    contractor="",
    receiver="Sở Tư pháp tỉnh Thanh Hóa",
    rows=(
        Correction(pages=(Page.parse("3"), Page.parse("F1")), cases=("3/2010",), reason="mờ: chữ ký", asked="quét lại"),
    ),
)


def sample_delivery(**changes: object) -> DeliveryRecord:
    """Return the delivery with other facts."""
    return msgspec.structs.replace(DELIVERY, **changes)
