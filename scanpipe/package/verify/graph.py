"""What has no place in a register's scan, looked for in every object of a PDF, however deep it stands.

All objects are walked, those that nothing points to as well: what one reader never finds, another one runs. What the
walk cannot reach is refused: too many values, or an object that is nested beyond what the parser follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from scanpipe.errors import PackageError
from scanpipe.messages import lazy
from scanpipe.package.pages.signing import Signature

_MAX_OBJECTS = 200_000
_MAX_VALUES = 2_000_000
_MAX_SIGNATURES = 100
_MAX_PARENTS = 32
_ACTIONS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/ResetForm", "/URI", "/GoToR", "/GoToE"),
        *("/Rendition", "/Sound", "/Movie", "/RichMediaExecute", "/GoTo3DView", "/Hide", "/SetOCGState", "/Thread"),
    }
)
_TURNING_PAGES = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})  # ISO 19005-2, 6.5.1
_FILE_KEYS = frozenset({"/F", "/UF", "/DOS", "/Mac", "/Unix"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What the objects of a PDF hold.

    Attributes:
        active: a script, or an action that starts, sends, loads or hides something.
        has_overlay_annotations: something that lies over a page.
        attachments: a file within it.
        external_parts: a part that lies in another file.
        conditional_content: content that is shown by a rule, not by being there.
        signatures: every signature and document time-stamp (ISO 32000-1, 12.8.1).
    """

    active: bool
    has_overlay_annotations: bool
    attachments: bool
    external_parts: bool
    conditional_content: bool
    signatures: tuple[Signature, ...]


def walk_objects(pdf: Pdf) -> Graph:
    """Look at every dictionary of a PDF.

    Raises:
        PackageError: it has too many objects, or one that cannot be read.
    """
    dictionaries = list(_dictionaries(pdf))
    signed = [item for item in dictionaries if Name.ByteRange in item and Name.Contents in item]
    if len(signed) > _MAX_SIGNATURES:
        raise PackageError(lazy("it has too many signatures"))
    return Graph(
        active=any(map(_is_active, dictionaries)),
        has_overlay_annotations=any(map(_is_overlay_annotation, dictionaries)),
        attachments=any(map(_is_attached, dictionaries)),
        external_parts=any(map(_is_external_part, dictionaries)),
        conditional_content=any(map(_is_conditional_content, dictionaries)),
        signatures=tuple(map(_signature, signed)) if Name.AcroForm in pdf.Root else (),
    )


def _dictionaries(pdf: Pdf) -> Iterator[Object]:
    """Yield every dictionary of the file, the trailer and those within others too."""
    objects = list(pdf.objects) if len(pdf.objects) <= _MAX_OBJECTS else None
    if objects is None:
        raise PackageError(lazy("it has too many pages or objects"))
    # qpdf makes nothing of what it cannot parse, such as 500 dictionaries one in the other; other readers read on.
    if any(item is None for item in objects) and pdf.get_warnings():
        raise PackageError(lazy("it has an object that is unreadable or nested too deep"))
    left, waiting = _MAX_VALUES, [pdf.trailer, *objects]
    while waiting:
        item = waiting.pop()
        values: list[object] = []
        if isinstance(item, (Dictionary, Stream)):
            yield item
            values = [value for _key, value in item.items()]
        elif isinstance(item, Array):
            values = list(item.as_list())
        left -= len(values)
        if left < 0:
            raise PackageError(lazy("it has too many pages or objects"))
        waiting += [value for value in values if isinstance(value, (Dictionary, Array)) and not value.is_indirect]


def _is_active(item: Object) -> bool:
    """Whether a dictionary runs a script, starts a program or sends something (ISO 32000-1, 12.6.4 and 12.7.8)."""
    if Name.JS in item or Name.XFA in item:
        return True
    kind = str(item.get(Name.S))
    return kind in _ACTIONS or (kind == "/Named" and str(item.get(Name.N)) not in _TURNING_PAGES)


def _is_overlay_annotation(item: Object) -> bool:
    """Whether a dictionary is an annotation that shows or plays something (ISO 32000-1, 12.5.6): signatures do not."""
    if Name.Rect not in item or Name.Subtype not in item:
        return False
    if item.Subtype == Name.Widget:
        return Name.AP in item and _field_type(item) != Name.Sig
    return bool(item.Subtype != Name.Link)


def _field_type(field: Object) -> Object | None:
    """Return the type of a form's field, which may stand in what is above it (ISO 32000-1, 12.7.3.1)."""
    for _step in range(_MAX_PARENTS):
        if Name.FT in field:
            return field.FT
        parent = field.get(Name.Parent)
        if not isinstance(parent, Dictionary):
            break
        field = parent
    return None


def _is_attached(item: Object) -> bool:
    """Whether a dictionary holds, or names, a file that lies in this one (ISO 32000-1, 7.11.4)."""
    files = item.get(Name.EF)
    if isinstance(files, Dictionary) and not _FILE_KEYS.isdisjoint(files.keys()):
        return True
    return Name.EmbeddedFiles in item or Name.AF in item or item.get(Name.Type) == Name.EmbeddedFile


def _is_external_part(item: Object) -> bool:
    """Whether what it shows lies in another file: a stream's data, or a page of another PDF (7.3.8.2, 8.10.4)."""
    return isinstance(item, Stream) and (Name.F in item or Name.Ref in item or Name.OPI in item)


def _is_conditional_content(item: Object) -> bool:
    """Whether content is shown by a rule over layers (ISO 32000-1, 8.11.2.2): it may be hidden where they are shown."""
    return item.get(Name.Type) == Name.OCMD and (
        Name.VE in item or str(item.get(Name.P, Name.AnyOn)) not in ("/AnyOn", "/AllOn")
    )


def _signature(item: Object) -> Signature:
    return Signature(
        form=str(item.get(Name.SubFilter)),
        byte_range=tuple(int(value) for value in item.ByteRange.as_list()),
        cms=bytes(item.Contents),
    )
