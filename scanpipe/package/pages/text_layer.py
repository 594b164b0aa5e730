"""The invisible text that Tesseract made for a page, laid over the page's picture.

Tesseract writes it in one glyph-less font (every character maps to an empty glyph, text render mode 3): nothing is
drawn, yet the words can be searched and copied. All pages of a document share one copy of that font.

Tesseract's own table from characters to Unicode is one range over all of Unicode's first plane. A range must stay
within one leading byte (ISO 32000-1, 9.10.3), and PDF/A-2u is refused on that ground; so the table is replaced.
"""

import io
from collections.abc import Iterator
from itertools import zip_longest

import pikepdf

from scanpipe.errors import BlobDamaged
from scanpipe.messages import lazy

_Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
_SPACE = b"\x00\x20"
_RANGES_IN_A_BLOCK = 100


class TextLayers:
    """Lays text over the pages of one document, which holds each font of the layers once."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self._document = document
        self._fonts: dict[bytes, pikepdf.Object] = {}

    def add(self, page: pikepdf.Page, layer: bytes) -> None:
        """Stretch the layer's only page over `page`; a layer without text adds nothing.

        Raises:
            BlobDamaged: the layer is no PDF of one page.
        """
        with _opened(layer) as source:
            text = source.pages[0]
            content = list(pikepdf.parse_content_stream(text))
            if not any(_shows_text(instruction) for instruction in content):
                return
            words = pikepdf.unparse_content_stream(list(_over_whole_words(content)))
            page.contents_add(pikepdf.Stream(self._document, _stretched(words, text, page)))
            page.obj.Resources.Font = pikepdf.Dictionary(
                {name: self._shared(font) for name, font in text.obj.Resources.Font.items()}
            )

    def _shared(self, font: pikepdf.Object) -> pikepdf.Object:
        key = _fingerprint(font)
        if key not in self._fonts:
            self._fonts[key] = self._document.copy_foreign(font)
            self._fonts[key].ToUnicode = self._document.make_stream(_identity_to_unicode())
        return self._fonts[key]


def _opened(layer: bytes) -> pikepdf.Pdf:
    try:
        source = pikepdf.open(io.BytesIO(layer))
    except pikepdf.PdfError as error:
        raise BlobDamaged(lazy("The text layer of a page cannot be read: {error}.", error=error)) from error
    if len(source.pages) != 1:
        raise BlobDamaged(lazy("The text layer of a page must have 1 page; it has {count}.", count=len(source.pages)))
    return source


def _stretched(content: bytes, text: pikepdf.Page, page: pikepdf.Page) -> bytes:
    """Map the layer's page box onto the page's: Tesseract rounds its page to hundredths of a point."""
    from_box, to_box = (pikepdf.Rectangle(pikepdf.Array(document_page.mediabox)) for document_page in (text, page))
    scale_x, scale_y = to_box.width / from_box.width, to_box.height / from_box.height
    return f"q {scale_x:.6f} 0 0 {scale_y:.6f} 0 0 cm\n".encode() + content.strip() + b"\nQ\n"


def _over_whole_words(content: list[_Instruction]) -> Iterator[_Instruction]:
    """Widen each word to its full width, so that a mark put over it covers it.

    Tesseract squeezes the space that follows a word into the word's width (`Tz`, the horizontal scaling, counts it);
    here the letters alone fill the width, and the space lies beyond.
    """
    for instruction, following in zip_longest(content, content[1:]):
        codes = bytes(following.operands[0][0]) if following and _shows_text(following) else b""
        if str(instruction.operator) == "Tz" and codes.endswith(_SPACE) and len(codes) > len(_SPACE):
            letters = len(codes) - len(_SPACE)
            scaling = round(float(instruction.operands[0]) * len(codes) / letters, 3)
            yield pikepdf.ContentStreamInstruction([scaling], instruction.operator)
        else:
            yield instruction


def _shows_text(instruction: _Instruction) -> bool:
    return str(instruction.operator) == "TJ"


def _fingerprint(font: pikepdf.Object) -> bytes:
    """Return what tells fonts of different versions of Tesseract apart."""
    return bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes() + font.ToUnicode.read_bytes())


def _identity_to_unicode() -> bytes:
    """Return the table that reads every two-byte code as the UTF-16 unit of that value (ISO 32000-1, 9.10.3)."""
    ranges = [f"<{row:02X}00> <{row:02X}FF> <{row:02X}00>" for row in range(256)]
    blocks = [ranges[start : start + _RANGES_IN_A_BLOCK] for start in range(0, len(ranges), _RANGES_IN_A_BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *("\n".join([f"{len(block)} beginbfrange", *block, "endbfrange"]) for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode()
