"""The row of a published revision, also of one that a crash left without."""

import re
from pathlib import Path

from scanpipe.errors import PackageError, PackageRefused
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.delivery.published import file_digest, zips_digest
from scanpipe.flows.delivery.reissue import read_by
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.package.reports.manifest import MANIFEST_NAME, Manifest, read_manifest
from scanpipe.state.journal import json_text


def adopt_published(station: Station, facts: BookFacts, home: Path) -> bool:
    """Write the row of a revision that was published just before a crash could stop it."""
    known = {delivery.revision for delivery in facts.deliveries}
    adopted = False
    for manifest_file in sorted(home.glob(f"r*/{MANIFEST_NAME}")):
        named = re.fullmatch("r([0-9]+)", manifest_file.parent.name)
        if named is None or int(named[1]) in known:
            continue
        manifest = _manifest_of(manifest_file)
        if manifest.revision in known:
            continue
        published = {f.name: f.sha256 for f in manifest.files}
        # A workbook may have been filled in since; that is what it is for.
        changed = [n for n in published if n.endswith(".zip") and not _whole(manifest_file, n, published)]
        if changed:
            raise PackageRefused(
                lazy(
                    "{folder} was changed after it was published: {names}.",
                    folder=manifest_file.parent,
                    names=", ".join(changed),
                ),
                remedy=lazy("Move the folder to another place. The next delivery makes it again."),
            )
        compared, workbook = {name: sha for name, sha in published.items() if name.endswith(".pdf")}, ""
        for name in (name for name in published if name.endswith(".xlsx")):
            compared[name], workbook = manifest.workbook_rows, published[name]
        record_delivery(station, facts, manifest_file.parent, manifest.revision, compared, workbook)
        adopted = True
    return adopted


def _manifest_of(manifest_file: Path) -> Manifest:
    try:
        return read_manifest(manifest_file)
    except PackageError as error:
        raise PackageError(
            error.text, remedy=lazy("Move its folder to another place. The next delivery makes it again.")
        ) from error


def _whole(manifest_file: Path, name: str, published: dict[str, str]) -> bool:
    file = manifest_file.with_name(name)
    return file.is_file() and file_digest(file) == published[name]


def record_delivery(
    station: Station, facts: BookFacts, folder: Path, revision: int, digests: dict[str, str], workbook: str
) -> None:
    """Write the row of a revision whose folder is published.

    Args:
        station: the station.
        facts: the book.
        folder: where the revision lies.
        revision: its number.
        digests: what it is compared by, by name.
        workbook: the digest of its workbook.
    """
    read = read_by(station, facts.row, revision) or facts.newest  # an older scanpipe did not keep it
    station.journal.add_fact(
        "delivery",
        book=facts.row,
        revision=revision,
        zip_digest=zips_digest(folder),
        folder=str(folder.relative_to(station.folder)),
        members=json_text(digests),
        workbook=workbook,
        person=station.person,
        newest_verdict=read.verdict,
        newest_statement=read.statement,
        newest_placement=read.placement,
        newest_edit=read.edit,
    )
