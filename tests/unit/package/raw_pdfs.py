"""PDFs written to the byte, as no library writes them."""

PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>"


def raw_pdf(*objects: bytes, root: bytes = b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>") -> bytes:
    """Return a PDF of these objects, from number 4 on, to the byte as they are written here."""
    out, places = b"%PDF-1.7\n", []
    for number, value in enumerate((root, PAGES, PAGE, *objects), start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    return out + table(places, len(out), first=0)


def table(places: list[int], at: int, *, first: int, more: bytes = b"") -> bytes:
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"0 %d\n0000000000 65535 f \n" % (len(places) + 1) if not first else b"%d %d\n" % (first, len(places))
    size = max(first, 1) + len(places)
    return b"xref\n%b%btrailer<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (head, rows, size, more, at)


def page_pdf() -> bytes:
    """Return a PDF of one page that has a content stream, object 4."""
    page = PAGE.replace(b"/Resources<<>>", b"/Resources<<>>/Contents 4 0 R")
    data = raw_pdf(b"<</Length 5>>stream\nq Q q\nendstream", root=b"<</Type/Catalog/Pages 2 0 R>>")
    data = data.replace(PAGE, page)
    places = [data.index(b"%d 0 obj" % number) for number in (1, 2, 3, 4)]
    data = data[: data.index(b"xref\n")]
    return data + table(places, len(data), first=0)


def changed_page_pdf() -> bytes:
    """Return the same with another content stream added behind it, as an editor saves what was changed."""
    before = page_pdf()
    at = before.index(b"xref\n")
    later = before + b"4 0 obj\n<</Length 5>>stream\nq Q  \nendstream\nendobj\n"
    return later + table([len(before)], len(later), first=4, more=b"/Prev %d" % at)
