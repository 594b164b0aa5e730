"""Signing the PDFs of a book where station.toml says so: each once for the same pages and the same certificate.

It is done here and not by the engine: no worker sees the key.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from scanpipe.errors import SigningError
from scanpipe.flows.delivery.documents import Document, DocumentFacts, whole_document
from scanpipe.flows.station import SETTINGS, Station
from scanpipe.messages import joined, lazy
from scanpipe.package.pages.signing import Signer, load_signer, sign_pdf
from scanpipe.state.connection import from_json
from scanpipe.state.journal import json_text
from scanpipe.system.os_errors import describe, remedy_for
from scanpipe.system.plain_files import read_plain

PASSPHRASE: Final = "SCANPIPE_SIGNATURE_PASSPHRASE"
_GROUP_AND_OTHERS = 0o077


def station_signer(station: Station) -> Signer | None:
    """Return what the station's PDFs are signed with, None where they are not signed.

    Raises:
        SigningError: pyHanko is missing; a file is missing or readable by others; the passphrase is wrong; the
            certificate is not valid today. The message names the file.
    """
    if not station.settings.deliver.signature:
        return None
    path = station.folder / station.settings.deliver.signature
    try:
        return _signer(path)
    except SigningError as error:
        where = lazy(
            "Set the key in [deliver] signature of {settings}. Put its passphrase in {variable} or in {file}. Set "
            'signature = "" to deliver without signatures.',
            settings=station.folder / SETTINGS,
            variable=PASSPHRASE,
            file=_passphrase_file(path),
        )
        raise SigningError(error.text, remedy=joined(error.remedy, where)) from error


def _signer(path: Path) -> Signer:
    passphrase = _passphrase(path)
    signer = load_signer(path, passphrase=passphrase)
    if not passphrase:
        _refuse_shared(path)
    now = datetime.now(UTC)
    if not signer.not_before <= now <= signer.not_after:
        raise SigningError(
            lazy(
                "The certificate in {path} is not valid now. It is valid from {first} to {last}.",
                path=path,
                first=signer.not_before.isoformat(),
                last=signer.not_after.isoformat(),
            ),
            remedy=lazy("Replace it with a valid certificate."),
        )
    return signer


def _passphrase(path: Path) -> str:
    """Return the passphrase from the environment, or else from its file; empty where there is neither."""
    if given := os.environ.get(PASSPHRASE):
        return given
    file = _passphrase_file(path)
    try:
        if not file.exists():
            return ""
        _refuse_shared(file)
        return read_plain(file).decode("utf-8-sig").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        text = lazy("{path} cannot be read: {reason}.")
        raise SigningError(text.format(path=file, reason=describe(error)), remedy=remedy_for(error)) from error


def _passphrase_file(path: Path) -> Path:
    return path.with_suffix(".passphrase")


def _refuse_shared(path: Path) -> None:
    if path.stat().st_mode & _GROUP_AND_OTHERS:
        raise SigningError(
            lazy("{path} holds the passphrase of the key, and other users can read it.", path=path),
            remedy=lazy("Run: chmod 600 {path}", path=path),
        )


def sign_documents(station: Station, documents: Iterable[Document], signer: Signer) -> tuple[Document, ...]:
    """Return the PDFs signed; those signed before with the same certificate are taken from the store.

    A signature holds the time, so only so can a re-issued book keep the bytes of what did not change.

    Raises:
        DiskFull: no room; the PDFs signed so far are kept for the next time.
    """
    return tuple(_signed(station, document, signer) for document in documents)


def _signed(station: Station, document: Document, signer: Signer) -> Document:
    key = hashlib.sha256(json_text([document.inputs, signer.fingerprint]).encode()).hexdigest()
    if row := whole_document(station, key):
        return replace(document, digest=row.digest, facts=from_json(row.facts, DocumentFacts))
    pdf = sign_pdf(station.store.get(document.digest), signer, at=datetime.now(UTC))
    facts = msgspec.structs.replace(document.facts, size=len(pdf))
    digest = station.store.put(pdf)
    station.journal.add_fact("document", key=key, digest=digest, facts=json_text(facts))
    return replace(document, digest=digest, facts=facts)
