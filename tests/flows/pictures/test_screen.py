"""Pictures for a screen: masters made smaller, and what enhancement makes of them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from scanpipe.errors import BlobDamaged
from scanpipe.flows.pictures.live_page import ShownCapture, shown_capture
from scanpipe.flows.pictures.preview import PreviewMaker
from scanpipe.flows.pictures.recent import Recent
from scanpipe.flows.pictures.screen import Masters
from scanpipe.flows.station import STORE
from scanpipe.state.store import Store
from tests.followed_books import HEIGHT, WIDTH, keep, make_followed


@pytest.fixture
def followed(tmp_path: Path) -> Path:
    return make_followed(tmp_path)


def kept(followed: Path, *labels: str, regions: tuple[str, ...] = ()) -> ShownCapture:
    shown = shown_capture(followed, keep(followed, *labels, regions=regions))
    assert shown
    return shown


def size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as image:
        assert image.format == "JPEG"
        return image.size


@pytest.mark.parametrize(("width", "wide"), [(None, WIDTH), (200, 200), (4000, WIDTH)])
def test_a_master_is_made_smaller_never_larger(followed: Path, width: int | None, wide: int) -> None:
    shown = kept(followed, "1")
    jpeg = Masters(followed).jpeg(shown.digest, dpi=shown.dpi, width=width)
    assert size(jpeg) == (wide, wide * HEIGHT // WIDTH)


def test_a_master_that_is_gone_is_said_to_be(followed: Path) -> None:
    shown = kept(followed, "1")
    Store(followed / STORE).path(shown.digest).unlink()
    with pytest.raises(BlobDamaged):
        Masters(followed).jpeg(shown.digest, dpi=shown.dpi, width=None)


def test_a_page_and_the_halves_of_a_spread_are_enhanced_as_the_night_will(followed: Path) -> None:
    maker = PreviewMaker(followed)
    whole, spread = (
        maker.preview(kept(followed, "1")),
        maker.preview(kept(followed, "2", "3", regions=("left", "right"))),
    )
    maker.end()
    assert whole and spread and not whole.failure and not spread.failure
    assert whole.key != spread.key
    assert size(spread.jpeg)[0] > 0.9 * size(whole.jpeg)[0]
    assert maker.preview(kept(followed, "4")) is None


def test_a_recipe_that_cannot_be_read_is_a_reason(followed: Path) -> None:
    (followed / "recipes" / "default.toml").write_text("no = [recipe")
    maker = PreviewMaker(followed)
    preview = maker.preview(kept(followed, "1"))
    assert preview and preview.jpeg == b"" and "default.toml" in str(preview.failure)


def test_what_was_used_longest_ago_is_forgotten() -> None:
    recent: Recent[str, bytes] = Recent(10, len)
    recent.put("a", b"12345")
    recent.put("b", b"12345")
    assert recent.get("a")
    recent.put("c", b"12345")
    assert [recent.get(key) for key in "abc"] == [b"12345", None, b"12345"]
    recent.put("d", b"x" * 11)
    assert [bool(recent.get(key)) for key in "acd"] == [False, False, True]
