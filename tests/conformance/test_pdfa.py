"""What veraPDF, the validator of the PDF Association's members, says of delivered PDFs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pikepdf

from scanpipe.package.signing import load_signer, sign_pdf
from tests.conformance.conftest import PageSetPdf, Verdicts
from tests.made_keys import PASSPHRASE, write_key

MARKED_AS_2B = "6.6.4-3"
NO_OUTPUT_INTENT = "6.2.4.3-2"

Validator = Callable[[str, Sequence[Path]], Verdicts]


def signed(page_sets: dict[str, PageSetPdf], folder: Path) -> list[Path]:
    """Sign one page set by each kind of key."""
    paths = []
    for kind, name in (("rsa", "colour"), ("ec", "many")):
        write_key(folder / f"{kind}.p12", kind)
        signer = load_signer(folder / f"{kind}.p12", passphrase=PASSPHRASE)
        paths.append(folder / f"{kind}.pdf")
        paths[-1].write_bytes(sign_pdf(page_sets[name].path.read_bytes(), signer, at=datetime.now(UTC)))
    return paths


def test_a_signed_page_set_stays_what_it_was(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path: Path
) -> None:
    paths = signed(page_sets, tmp_path)
    assert verapdf("2b", paths) == {"rsa": frozenset(), "ec": frozenset()}
    assert verapdf("2u", paths) == {"rsa": frozenset({MARKED_AS_2B}), "ec": frozenset({MARKED_AS_2B})}


def test_every_page_set_is_pdfa_2b_and_one_without_output_intent_is_not(
    verapdf: Validator, page_sets: dict[str, PageSetPdf], tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    with pikepdf.open(page_sets["colour"].path) as document:
        del document.Root.OutputIntents
        document.save(broken)
    verdicts = verapdf("2b", [*(each.path for each in page_sets.values()), broken])
    assert NO_OUTPUT_INTENT in verdicts["broken"]
    assert {name: verdicts[name] for name in page_sets} == dict.fromkeys(page_sets, frozenset())


def test_every_page_set_would_be_pdfa_2u_were_it_marked_so(
    verapdf: Validator, page_sets: dict[str, PageSetPdf]
) -> None:
    verdicts = verapdf("2u", [each.path for each in page_sets.values()])
    assert verdicts == dict.fromkeys(page_sets, frozenset({MARKED_AS_2B}))
