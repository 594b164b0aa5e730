"""The sample book's manifest: what it is, and what is true of each of its pages, as TOML."""

import json
from dataclasses import asdict
from datetime import date

from samples.book import LEAVES, OPENED, REGISTERED, UNIT, Leaf, leaf_seed
from samples.truth import SamplePage

Value = str | int | float | date | list["Value"] | dict[str, "Value"]


def book_table() -> str:
    """Return the `[book]` table."""
    book: dict[str, Value] = {
        "kind": "KS",
        "year": OPENED.year,
        "volume": 1,
        "unit": dict(UNIT),
        "front": sum(1 for leaf in LEAVES if leaf.kind == "cover"),
        "back": sum(1 for leaf in LEAVES if leaf.kind == "notes"),
        "pages": sum(1 for leaf in LEAVES if leaf.body),
        "cases": len(REGISTERED),
        "opened": OPENED,
        "first_number": 1,
        "index": "index.csv",
    }
    return _table("[book]", book)


def page_table(leaf: Leaf, page: SamplePage) -> str:
    """Return the `[[page]]` table of one page; lengths in pixels of its image."""
    values: dict[str, Value] = {
        "file": f"{leaf.name}.jpg",
        "label": page_label(leaf),
        "kind": leaf.kind,
        "paper": leaf.paper,
        "dpi": page.dpi,
        "width": int(page.pixels.shape[1]),
        "height": int(page.pixels.shape[0]),
        "seed": leaf_seed(leaf),
        "cases": list(leaf.cases),
        "level": leaf.level,
        "wear": dict(asdict(leaf.wear)),
        "angle_deg": page.angle_deg,
        "right_angle_deg": round(page.right_angle_deg, 6),
        "page_box": [[round(x, 1), round(y, 1)] for x, y in page.page_box],
        "ink": f"truth/{leaf.name}.ink.png",
        "diacritics": f"truth/{leaf.name}.diacritics.png",
        "seal": f"truth/{leaf.name}.seal.png",
        "text": [
            {"text": line.text, "box": [line.left, line.top, line.width, line.height], "hand": line.hand}
            for line in page.lines
        ],
    }
    return _table("[[page]]", values)


def page_label(leaf: Leaf) -> str:
    """Return the page's name in the book: F1, 1, 2, ..., B1."""
    return {"cover": "F1", "notes": "B1"}.get(leaf.kind, str(leaf.body))


def _table(head: str, values: dict[str, Value]) -> str:
    lines = [head]
    for key, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{key} = [", *(f"  {_toml(item)}," for item in value), "]"]
        else:
            lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Value) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
