"""All fronts, then the turned stack with all backs: every page comes to its place."""

from hypothesis import given
from hypothesis import strategies as st

from scanpipe.flows.book.plan import Slots
from scanpipe.flows.capture.manual_duplex import FrontsQueue, backs_queue
from scanpipe.flows.capture.sheets import Sheet
from scanpipe.model import Book, BookId, Page, Part

BOOK = BookId(unit_code="14758", kind="KS", year=2010, volume=1)


def pages_of(book: Book) -> list[Page]:
    """Return the pages in the order of the paper."""
    counts = ((Part.FRONT, book.front), (Part.BODY, book.pages or 0), (Part.BACK, book.back))
    return [Page(part=part, number=n) for part, count in counts for n in range(1, count + 1)]


def taken(queue: FrontsQueue) -> list[Sheet]:
    sheets = []
    while sheet := queue.next():
        sheets.append(sheet)
        queue = queue.without(sheet)
    return sheets


@given(
    front=st.integers(0, 3),
    body=st.integers(1, 9),
    back=st.integers(0, 2),
    absent=st.sets(st.integers(0, 13)),
)
def test_every_leaf_has_its_front_and_its_back(front: int, body: int, back: int, absent: set[int]) -> None:
    book = Book(id=BOOK, front=front, pages=body, back=back)
    paper = pages_of(book)
    lacking = frozenset(page for number, page in enumerate(paper) if number in absent)
    there = [page for page in paper if page not in lacking]
    slots = Slots(book=book, filled=lacking, absent=lacking)
    fronts = taken(FrontsQueue(slots=slots))
    assert [sheet.wanted for sheet in fronts] == [(page,) for page in there[::2]]
    filled = slots.fill(*(page for sheet in fronts for page in sheet.wanted))
    backs = backs_queue(filled, [sheet.wanted for sheet in fronts]).sheets
    leaves = [there[at : at + 2] for at in range(0, len(there), 2)]
    assert [sheet.wanted for sheet in backs] == [tuple(leaf[1:]) for leaf in reversed(leaves)]
    assert {sheet.sides[0].name for sheet in fronts} <= {"front"}
    assert {sheet.sides[0].name for sheet in backs} <= {"back"}


def test_a_front_whose_back_is_there_gives_no_back() -> None:
    book = Book(id=BOOK, pages=4)
    first, second, third = (Page(part=Part.BODY, number=number) for number in (1, 2, 3))
    slots = Slots(book=book, filled=frozenset({first, second, third}))
    assert [str(sheet.page) for sheet in backs_queue(slots, [(first,), (third,)]).sheets] == ["4"]
