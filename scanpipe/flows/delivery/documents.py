"""The PDFs of a book: one for each case, one each for front and back matter; made once from the same inputs."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

import msgspec

from scanpipe.engine.base import Job, Outcome
from scanpipe.enhance.report import Report
from scanpipe.errors import BlobDamaged, PackageError
from scanpipe.flows.book.books import BookFacts
from scanpipe.flows.book.plan import ProcessedPage
from scanpipe.flows.delivery.document_task import DOCUMENT_TASK, DocumentJob, DocumentPage
from scanpipe.flows.engines import choose_engine
from scanpipe.flows.process.run import raise_stopping
from scanpipe.flows.sharp_seals import sharp_seals
from scanpipe.flows.station import Station
from scanpipe.messages import lazy
from scanpipe.model import CaseKey, Part
from scanpipe.package.naming.convention import Convention
from scanpipe.state import views
from scanpipe.state.connection import from_json
from scanpipe.state.journal import json_text


class DocumentFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of a PDF that was made.

    `over_budget` and `doubtful` number its pages that are larger than the convention's budget, and those whose picture
    in the PDF failed the fidelity check of ink and colours. `lacking` are those that do not show all the
    writing that was found on the scan, each with the row of the verdict that it was delivered by.
    """

    size: int
    pages: int
    over_budget: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()
    lacking: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A PDF of the book: where it goes, the pages it was made from, and the digest of all that it was made from."""

    name: str
    location: Literal["zip", "beside"]
    states: tuple[ProcessedPage, ...]
    inputs: str
    digest: str
    facts: DocumentFacts
    key: CaseKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    name: str
    location: Literal["zip", "beside"]
    states: tuple[ProcessedPage, ...]
    key: CaseKey | None
    job: DocumentJob

    @property
    def inputs(self) -> str:
        """The digest of what the PDF is made from; not of the tools, so that re-issues keep bytes over upgrades.

        Nor of the scan's writing, which it is only compared with.
        """
        content = {**msgspec.to_builtins(self.job), "store": ""}
        for page in content["pages"]:
            del page["writing"]
        return hashlib.sha256(json_text(content).encode()).hexdigest()


def make_documents(
    station: Station, facts: BookFacts, convention: Convention, *, engine: str = "", workers: int = 0
) -> tuple[Document, ...]:
    """Return the PDFs of a book whose pages are all accepted; those made before are taken from the store.

    Raises:
        PackageError: a PDF could not be made; the message names it.
        BlobDamaged: a file of one of its pages is damaged.
        DiskFull: no room; the PDFs made so far are kept for the next time.
    """
    plans = list(_plans(station, facts, convention))
    missing = {plan.inputs: plan for plan in plans if not whole_document(station, plan.inputs)}
    jobs = [Job(key=key, data=msgspec.to_builtins(plan.job)) for key, plan in missing.items()]
    with closing(choose_engine(station, engine=engine, workers=workers).run(DOCUMENT_TASK, jobs)) as outcomes:
        for outcome in outcomes:
            _keep(station, missing[outcome.key], outcome)
    return tuple(_document(station, plan) for plan in plans)


def _plans(station: Station, facts: BookFacts, convention: Convention) -> Iterator[_Plan]:
    book = facts.book
    states = {state.page: state for state in facts.processed}
    for part in (Part.FRONT, Part.BACK):
        matter = tuple(state for state in facts.processed if state.page.part is part)
        if matter and convention.matter_location != "listed":
            name = convention.matter_name(book.id, part)
            location: Literal["zip", "beside"] = "zip" if convention.matter_location == "zip" else "beside"
            yield _plan(station, facts, convention, name, location, matter, None)
    for found in facts.sets.sets:
        chosen = tuple(states[page] for page in found.pages)
        name = convention.pdf_name(book.id, found.key)
        yield _plan(station, facts, convention, name, "zip", chosen, found.key)


def _plan(
    station: Station,
    facts: BookFacts,
    convention: Convention,
    name: str,
    location: Literal["zip", "beside"],
    states: tuple[ProcessedPage, ...],
    key: CaseKey | None,
) -> _Plan:
    kind = convention.kinds[facts.book.id.kind].vietnamese
    job = DocumentJob(
        store=str(station.store.folder),
        pages=tuple(_document_page(state) for state in states),
        title=name.removesuffix(".pdf"),
        subject=" - ".join(text for text in (kind, facts.book.unit_name or facts.book.id.unit_code) if text),
        budget_kb_per_a4=convention.limits.kb_per_a4,
    )
    return _Plan(name=name, location=location, states=states, key=key, job=job)


def _document_page(state: ProcessedPage) -> DocumentPage:
    version = state.version
    report = from_json(version.report, Report)
    return DocumentPage(
        image=version.image,
        mask=version.mask,
        text_layer=version.text_layer,
        dpi=version.dpi,
        seals=sharp_seals(report),
        letter_mm=report.metrics.mask.letter_mm,
        writing=version.writing,
    )


def whole_document(station: Station, key: str) -> views.DocumentRow | None:
    """Return the PDF that was made before under that key, None where there is none that is still whole."""
    found = views.document(station.journal, key)
    if found is None:
        return None
    try:
        station.store.get(found.digest)
    except BlobDamaged:
        return None
    return found


def _keep(station: Station, plan: _Plan, outcome: Outcome) -> None:
    if outcome.failure:
        raise_stopping(outcome.failure)
        damaged = outcome.failure.code == BlobDamaged.__name__
        text = lazy("Cannot make {name}: {message}")
        raise (BlobDamaged if damaged else PackageError)(text.format(name=plan.name, message=outcome.failure.why))
    result = outcome.result or {}
    document_facts = result["facts"]
    judged = [(number, _verdict_row(plan.states[number - 1])) for number in document_facts["lacking"]]
    facts = msgspec.convert({**document_facts, "lacking": judged}, type=DocumentFacts)
    station.journal.add_fact("document", key=outcome.key, digest=result["digest"], facts=json_text(facts))


def _verdict_row(state: ProcessedPage) -> int:
    return state.facts.verdict.row if state.facts.verdict else 0


def _document(station: Station, plan: _Plan) -> Document:
    row = views.document(station.journal, plan.inputs)
    assert row is not None
    return Document(
        name=plan.name,
        location=plan.location,
        states=plan.states,
        inputs=plan.inputs,
        digest=row.digest,
        facts=from_json(row.facts, DocumentFacts),
        key=plan.key,
    )
