"""What of the journal names blobs, and what each of them is."""

from collections.abc import Collection
from typing import Final

from scanpipe.state.journal import Journal

_OWNER = "b.kind || '.' || printf('%04d.%02d', b.year, b.volume) || ' ' || coalesce(p.page, '?')"
_PAGE = "JOIN sheet s ON s.id = c.sheet JOIN book b ON b.id = s.book LEFT JOIN placement p ON p.capture = c.id"
_MASTERS = (("c.digest", "capture c", f"capture c {_PAGE}", f"{_OWNER} || ' master'"),)
# Each the digest, the table that has it, the same table with those that tell the owner, and the owner.
_OTHERS = (
    *(
        (
            f"v.{part}",
            "version v",
            f"version v JOIN capture c ON c.id = v.capture {_PAGE}",
            f"{_OWNER} || ' {part}'",
        )
        for part in ("image", "mask", "words", "text_layer", "writing")
    ),
    ("digest", "document", "document", "'PDF'"),
    ("rows", "typed_cell", "typed_cell", "'workbook'"),
    ("digest", "selftest", "selftest", "'self-test of ' || device"),
    ("digest", "revision_file", "revision_file", "iif(role = 'accompanying', 'paper', 'workbook')"),
)


def _digests(kinds: tuple[tuple[str, str, str, str], ...]) -> str:
    return " UNION ".join(
        f"SELECT {digest} AS digest FROM {table} WHERE {digest} <> ''" for digest, table, _joined, _owner in kinds
    )


NAMED_DIGESTS: Final = _digests(_MASTERS + _OTHERS)
"""Selects the digest of every blob that the journal names, each once."""
OTHER_DIGESTS: Final = _digests(_OTHERS)
"""Selects the digests of those that are something else than masters."""
_REFERENCES = " UNION ".join(
    f"SELECT {digest}, {owner} FROM {joined} WHERE {digest} <> ''"
    for digest, _table, joined, owner in _MASTERS + _OTHERS
)


def references(journal: Journal) -> dict[str, str]:
    """Return what each blob is that the journal names, by its digest: "KS.2010.01 12 master"."""
    return {row[0]: row[1] for row in journal.db.execute(_REFERENCES)}


def owners(journal: Journal, digests: Collection[str]) -> dict[str, str]:
    """Return what these blobs are, as far as the journal names them."""
    if not digests:
        return {}
    return {digest: owner for digest, owner in references(journal).items() if digest in digests}
