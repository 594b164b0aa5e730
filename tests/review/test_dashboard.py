"""The dashboard tells how the station stands, and leads to the books and to the scan in progress."""

import re

import pytest

from tests.review.conftest import Reviewer


def cells(text: str) -> list[str]:
    """Return what the table of books says of the only one."""
    row = text.partition('<th scope="row"><a href="/books/1">')[2].partition("</tr>")[0]
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]


def test_books_and_duties_are_told_as_they_stand(reviewer: Reviewer) -> None:
    text = reviewer.client.get("/dashboard").text
    assert cells(text)[2:6] == ["6 / 20", "6", "0", "after processing"]
    assert "Look at flagged pages" in text
    reviewer.judge("1")
    assert cells(reviewer.client.get("/dashboard").text)[4] == "1"


@pytest.mark.parametrize("days", ["7", "all", "", "x", "-1", "9" * 5000])
def test_a_time_that_nobody_offers_is_the_usual_one(reviewer: Reviewer, days: str) -> None:
    answer = reviewer.client.get("/dashboard", params={"days": days})
    assert answer.status_code == 200
    assert answer.text.count('aria-current="true"') == 1


@pytest.mark.parametrize("address", ["/dashboard", "/report"])
def test_no_plot_has_style_or_script_within_the_page(reviewer: Reviewer, address: str) -> None:
    text = reviewer.client.get(address).text
    assert "<svg" in text
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son\w+=", text)


def test_the_scan_in_progress_is_shown_beside_the_books(reviewer: Reviewer) -> None:
    text = reviewer.client.get("/live").text
    assert 'href="/"' in text and 'href="/dashboard"' in text
    with reviewer.client.stream("GET", "/events") as events:
        told = next(line for line in events.iter_lines() if line.startswith("data: ") and '"title"' in line)
    assert '"Page 6"' in told
    picture = told.partition('"pictures": "')[2].partition('"')[0]
    assert reviewer.client.get(f"{picture}/1366.jpg").headers["content-type"] == "image/jpeg"
