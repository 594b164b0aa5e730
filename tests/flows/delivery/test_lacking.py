"""Writing of the scan that a PDF lacks stops the delivery for a person, whatever took it away."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scanpipe.errors import DeliveryRefused
from scanpipe.flows.delivery import document_task
from scanpipe.flows.delivery.deliver import deliver
from scanpipe.flows.process import page_task
from scanpipe.flows.process.run import process
from scanpipe.flows.process.verdicts import accept
from scanpipe.flows.station import Station
from scanpipe.raster import Raster
from tests.small_books import BOOK

LACKS = "page 1: compare it with the scan; the page lacks writing that is on the scan"


def without_a_word(raster: Raster) -> Raster:
    """Paint over the first word of a page, close to its edge."""
    pixels = raster.pixels.copy()
    pixels[: raster.px(16), : raster.px(22)] = 255
    return raster.replace(pixels)


def cut_off(raster: Raster) -> Raster:
    return raster.replace(np.ascontiguousarray(raster.pixels[:, : raster.width - raster.px(45)]))


@pytest.mark.parametrize(
    ("by", "spoilt"), [("packaging", without_a_word), ("packaging", cut_off), ("enhancing", without_a_word)]
)
def test_writing_that_a_pdf_lacks_stops_the_delivery_for_a_person(
    station: Station, monkeypatch: pytest.MonkeyPatch, by: str, spoilt: Any
) -> None:
    encode, enhance = document_task.encode_page, page_task.enhance
    if by == "packaging":

        def encode_less(image: Raster, mask: Raster, **options: Any) -> Any:
            return encode(spoilt(image), spoilt(mask), **options)

        monkeypatch.setattr(document_task, "encode_page", encode_less)
    else:  # and no guard sees it

        def enhance_less(*given: Any) -> Any:
            made = enhance(*given)
            return replace(made, image=spoilt(made.image), mask=spoilt(made.mask))

        monkeypatch.setattr(page_task, "enhance", enhance_less)
    list(process(station, [BOOK]))
    accept(station, BOOK, ["1"])
    with pytest.raises(DeliveryRefused, match=r"KS\.2010\.01\.001\.pdf, page 1 \(page 1 of the book\)"):
        deliver(station, BOOK)
    with pytest.raises(DeliveryRefused, match="writing that is on the scan"):
        deliver(station, BOOK)
    accept(station, BOOK, ["1"])
    assert LACKS in deliver(station, BOOK).report.read_text()


def test_a_sound_page_is_delivered_at_once(station: Station) -> None:
    list(process(station, [BOOK]))
    accept(station, BOOK, ["1"])
    assert LACKS not in deliver(station, BOOK).report.read_text()
