"""What is wrong with a setting is said in the language of the person who wrote it."""

import re
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from scanpipe.messages import language_context
from scanpipe.settings.wording import in_words


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    needed: int
    number: Annotated[float, Meta(gt=0, le=2)] = 1.0
    name: Annotated[str, Meta(pattern="^[a-z]+$")] = "x"
    short: Annotated[str, Meta(max_length=2)] = "x"
    way: Literal["flat", "folders"] = "flat"
    pair: tuple[int, int] = (1, 2)
    several: Annotated[tuple[int, ...], Meta(min_length=1)] = (1,)
    maybe: int | None = None
    on: bool = False


def said(settings: dict[str, object]) -> str:
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(settings, Settings)
    with language_context("vi"):
        return in_words(str(refused.value).partition(" - at `")[0])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"nedeed": 1}, "không có khóa này"),
        ({}, "thiếu khóa needed"),
        ({"needed": "1"}, "cần số nguyên, nhưng tìm thấy văn bản"),
        ({"needed": 1, "number": 0}, "cần một số > 0.0"),
        ({"needed": 1, "number": 3}, "cần một số ≤ 2.0"),
        ({"needed": 1, "name": "A"}, "cần văn bản theo dạng ^[a-z]+$"),
        ({"needed": 1, "short": "abc"}, "cần độ dài ≤ 2"),
        ({"needed": 1, "way": "zip"}, "'zip' không phải lựa chọn hợp lệ"),
        ({"needed": 1, "pair": [1]}, "cần độ dài = 2"),
        ({"needed": 1, "several": []}, "cần độ dài ≥ 1"),
        ({"needed": 1, "maybe": "a"}, "cần số nguyên / để trống, nhưng tìm thấy văn bản"),
        ({"needed": 1, "on": 1}, "cần true hoặc false, nhưng tìm thấy số nguyên"),
    ],
)
def test_every_reason_is_put_into_words(wrong: dict[str, object], words: str) -> None:
    assert said(wrong) == words
    assert not re.search("Expected|Object|Invalid|got", said(wrong))


def test_a_reason_nobody_knows_stays_as_it_is() -> None:
    assert in_words("JSON is malformed") == "JSON is malformed"
