"""Optional content of a PDF: layers that may not be seen when it is opened, printed or exported (ISO 32000-1, 8.11)."""

from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

_STATES = {"/View": Name.ViewState, "/Print": Name.PrintState, "/Export": Name.ExportState}


def hides_layers(pdf: Pdf) -> bool:
    """Whether a layer is off in the usual configuration, or is switched off by how the document is used (8.11.4)."""
    content: Any = pdf.Root.get(Name.OCProperties, Dictionary())
    usual = content.get(Name.D, Dictionary())
    if any(map(_switches_off, usual.get(Name.AS, Array()).as_list())):
        return True
    if usual.get(Name.BaseState) == Name.OFF:
        shown = {layer.objgen for layer in usual.get(Name.ON, Array()).as_list()}
        return any(layer.objgen not in shown for layer in content.get(Name.OCGs, Array()).as_list())
    return len(usual.get(Name.OFF, Array())) > 0


def _switches_off(application: Any) -> bool:
    """Whether a usage application dictionary hides one of its layers from somebody (8.11.4.4, table 103)."""
    categories = [str(category) for category in application.get(Name.Category, Array()).as_list()]
    layers = application.get(Name.OCGs, Array()).as_list()
    return any(_is_off(layer.get(Name.Usage, Dictionary()), category) for layer in layers for category in categories)


def _is_off(usage: Object, category: str) -> bool:
    """Whether a layer is off by its usage; one that depends on the zoom, the reader or its language is off for some."""
    entry: Any = usage.get(category)
    if category in _STATES:
        return entry is not None and bool(entry.get(_STATES[category]) == Name.OFF)
    return entry is not None and category in ("/Zoom", "/User", "/Language")
