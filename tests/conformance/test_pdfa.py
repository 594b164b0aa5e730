"""What veraPDF, the validator of the PDF Association's members, says of delivered PDFs."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf

from tests.conformance.conftest import PageSetPdf, Verdicts

MARKED_AS_2B = "6.6.4-3"
NO_OUTPUT_INTENT = "6.2.4.3-2"

Validator = Callable[[str, Sequence[Path]], Verdicts]


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
