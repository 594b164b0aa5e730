"""What people write is shown as they wrote it, and is never markup."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_review import Reviewed, reviewed
from tests.review.conftest import opened

__all__ = ["reviewed"]
EVIL = "<img src=x onerror=alert(1)><b>Lan"


@pytest.mark.parametrize("where", ["page", "sheet"])
def test_names_and_notes_with_markup_are_texts(reviewed: Reviewed, where: str) -> None:
    with opened(reviewed.review, EVIL) as other:
        said = {"decision": "reject", "reason": "torn", "note": f"{EVIL}</script><script>alert(2)</script>"}
        assert other.judge("1", window="b", **said).status_code == 200
        assert other.post("/books/1/open", window="b", page="1").status_code == 200
    page = reviewed.page
    page.goto(reviewed.review.url)
    page.get_by_label("Your name").fill(EVIL)
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_hidden()
    page.goto(f"{reviewed.review.url.rsplit('/', 2)[0]}/books/1{'/sheet' if where == 'sheet' else ''}")
    if where == "page":
        reviewed.at("1")
        expect(page.locator("#verdict")).to_contain_text(EVIL)
        expect(page.get_by_role("alert").filter(has_text=EVIL)).to_be_visible()
        page.keyboard.press("h")
        expect(page.locator("dialog[open]")).to_contain_text(EVIL)
    expect(page.locator(".reviewer")).to_have_text(EVIL)
    assert page.locator("img[src=x], b, script:not([src])").count() == 0
