"""What each reason to reject a page looks like is shown with it."""

import io
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from PIL import Image

from scanpipe.review.web.pages import static_address
from scanpipe.vocabularies.reasons import REASONS
from tests.review.conftest import Reviewer

MOST_BYTES = 12_000
ROOT = Path(__file__).parents[2]
PICTURES = Path("scanpipe/review/static/reasons")


@pytest.mark.parametrize("code", REASONS)
def test_each_reason_has_a_small_picture(reviewer: Reviewer, code: str) -> None:
    answer = reviewer.client.get(static_address(f"reasons/{code}.jpg"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) < MOST_BYTES
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (320, 240)


def test_the_pictures_are_packed_for_a_wheel_has_what_git_does_not_ignore() -> None:
    pictures = [str(PICTURES / f"{code}.jpg") for code in REASONS]
    ignored = subprocess.run(["git", "check-ignore", "--no-index", *pictures], cwd=ROOT, capture_output=True, text=True)
    assert (ignored.returncode, ignored.stdout) == (1, "")


@pytest.mark.parametrize("path", ["/books/1", "/books/1/sheet"])
def test_the_pages_on_which_is_judged_tell_what_each_reason_means(reviewer: Reviewer, path: str) -> None:
    text = reviewer.client.get(path).text
    assert re.findall(r'<template id="means-([a-z-]+)">', text) == list(REASONS)
    assert "of the paper: it is delivered with a note" in text


@pytest.mark.parametrize(
    "name", ["reasons", "reasons/", "reasons/../review.css", "../web/pages.py", "reasons//torn.jpg"]
)
def test_nothing_else_is_served_from_there(reviewer: Reviewer, name: str) -> None:
    answer: httpx.Response = reviewer.client.get("/static/" + name.replace("..", "%2e%2e"))
    assert answer.status_code == 404
