"""What a PDF holds, found by reading it within bounds: pages, resolution, colour, text, PDF/A markers.

Nothing is unpacked beyond the bounds set here; of pictures it is only tried whether they can be.
"""

import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Name, Pdf, Stream

from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.package.verify.content import PlacedImage, mm_per_unit, page_content
from scanpipe.package.verify.decoding import ImageDecoder
from scanpipe.package.verify.earlier import earlier_states, opened_state, shown_pages
from scanpipe.package.verify.facts import ImageFacts, PageFacts, PdfFacts
from scanpipe.package.verify.graph import Graph, walk_objects
from scanpipe.package.verify.metadata import pdfa_level, read_xmp, titles
from scanpipe.pdf.layers import hides_layers
from scanpipe.pdf.page_box import PageBox, visible_box
from scanpipe.pdf.streams import BeyondBounds, Budget, unpacked
from scanpipe.raster import MM_PER_INCH

MAX_PAGES = 2000
# A page of 1,500 words takes some 200 kB. Following 1 MiB of hostile content takes about 2 s and 150 MB.
_MAX_PAGE_CONTENT = 1024 * 1024
_MAX_CONTENT = 32 * 1024 * 1024
_CLEAN_BOUNDARIES = re.compile(rb"%PDF-.*%%EOF(?:\r\n|\r|\n)?", re.DOTALL)
_PROFILE_HEADER, _PROFILE_MARK = 128, slice(36, 40)  # ICC.1, 7.2


def inspect_pdf(data: bytes) -> PdfFacts:
    """Read the facts of a PDF.

    Raises:
        PackageError: no PDF, damaged, locked by a password, or beyond the bounds; the message says which.
    """
    try:
        with (
            warnings.catch_warnings(),
            pikepdf.open(io.BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf,
        ):
            # pikepdf warns of content that ends in the middle of an operator.
            warnings.simplefilter("error", UserWarning)
            return _facts(pdf, data)
    except pikepdf.PasswordError as error:
        raise PackageError(lazy("it is protected by a password")) from error
    except (PackageError, MemoryError):
        raise
    except BeyondBounds as error:
        raise PackageError(error.text) from error
    except Exception as error:
        if "bad_alloc" in str(error):  # qpdf wraps what it cannot allocate into an error of the file
            raise MemoryError from error
        # pikepdf lets through whatever a damaged object leads to: PdfError, TypeError, ValueError, KeyError and more.
        raise PackageError(lazy("it cannot be read as a PDF ({error})", error=_reason(error))) from error


def _reason(error: Exception) -> str:
    """Return the message without the address of the stream in memory, which qpdf takes for the file's name."""
    return re.sub(r"stream <[^>]*>(?: \(([^)]*)\))?: ", "", str(error)) or type(error).__name__


def _facts(pdf: Pdf, data: bytes) -> PdfFacts:
    if len(pdf.pages) > MAX_PAGES:
        raise PackageError(lazy("it has too many pages or objects"))
    xmp = read_xmp(pdf)
    part, conformance = pdfa_level(xmp)
    budget, decoder = Budget(_MAX_CONTENT), ImageDecoder()
    graph, earlier = walk_objects(pdf), list(_earlier(pdf, data))
    graphs = (graph, *(state.graph for state in earlier))
    return PdfFacts(
        version=pdf.pdf_version,
        titles=titles(pdf, xmp),
        pages=tuple(_page_facts(page, Budget(_MAX_PAGE_CONTENT, budget), decoder) for page in pdf.pages),
        pdfa_part=part,
        pdfa_conformance=conformance,
        output_intent=_has_output_intent(pdf, budget),
        encrypted=pdf.is_encrypted,
        active=any(state_graph.active for state_graph in graphs),
        has_overlay_annotations=any(state_graph.has_overlay_annotations for state_graph in graphs),
        attachments=any(state_graph.attachments for state_graph in graphs),
        external_parts=any(state_graph.external_parts for state_graph in graphs),
        hidden_layers=hides_layers(pdf) or graph.conditional_content,
        earlier_pages=any(not state.same_pages for state in earlier),
        clean_boundaries=bool(_CLEAN_BOUNDARIES.fullmatch(data)),
        signatures=graph.signatures,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What the file was before something was added to it: its objects, and whether its pages are those of now."""

    graph: Graph
    same_pages: bool


def _earlier(pdf: Pdf, data: bytes) -> Iterator[_State]:
    pages: tuple[bytes, ...] | None = None
    for state in earlier_states(data):
        with opened_state(state) as before:
            if before is not None:
                pages = pages or shown_pages(pdf)
                yield _State(graph=walk_objects(before), same_pages=shown_pages(before) == pages)


def _has_output_intent(pdf: Pdf, budget: Budget) -> bool:
    """Whether an output intent has a colour profile, which is looked into where it is packed as is usual."""
    intents = pdf.Root.get(Name.OutputIntents, Array()).as_list()
    streams = [intent.get(Name.DestOutputProfile) for intent in intents if intent.get(Name.S) == Name.GTS_PDFA1]
    return any(_is_profile(stream, budget) for stream in streams if isinstance(stream, Stream))


def _is_profile(stream: Stream, budget: Budget) -> bool:
    if stream.get(Name.Filter) not in (None, Name.FlateDecode, Array([Name.FlateDecode])):
        return len(stream.read_raw_bytes()) > 0
    profile = unpacked(stream, budget)
    return len(profile) > _PROFILE_HEADER and profile[_PROFILE_MARK] == b"acsp"


def _page_facts(page: pikepdf.Page, budget: Budget, decoder: ImageDecoder) -> PageFacts:
    left, bottom, right, top = (edge * mm_per_unit(page) for edge in visible_box(page))
    seen = left, bottom, right, top
    width_mm, height_mm = seen[2] - seen[0], seen[3] - seen[1]
    if not (0 < width_mm < 5000 and 0 < height_mm < 5000):
        raise PackageError(lazy("it has a page of an impossible size"))
    content = page_content(page, budget, decoder)
    if int(page.obj.get(Name.Rotate, 0)) % 90:
        raise PackageError(lazy("it has a page with a rotation that is not a multiple of 90 degrees"))
    if int(page.obj.get(Name.Rotate, 0)) % 180:
        width_mm, height_mm = height_mm, width_mm
    return PageFacts(
        width_mm=width_mm,
        height_mm=height_mm,
        images=_covering(content.placed_images, seen),
        text=content.text,
        overpainted=content.overpainted,
    )


def _covering(placed_images: tuple[PlacedImage, ...], seen: PageBox) -> tuple[ImageFacts, ...]:
    area = (seen[2] - seen[0]) * (seen[3] - seen[1])
    return tuple(
        ImageFacts(
            width=image.width,
            height=image.height,
            dpi=min(image.width / image.width_mm, image.height / image.height_mm) * MM_PER_INCH,
            colour=image.colour,
            cover=min(1.0, _shared(image.box_mm, seen) / area),
            decodable=image.decodable,
        )
        for image in placed_images
        if image.width_mm > 0.01 and image.height_mm > 0.01
    )


def _shared(box: PageBox, other: PageBox) -> float:
    """Return the area that two boxes share."""
    across, up = min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])
    return max(0.0, across) * max(0.0, up)
