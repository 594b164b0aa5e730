from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.flows.book.plan import CapturedPage, PageState, ProcessedPage, Slots, Status, due, page_states, position
from scanpipe.model import Book, BookId, Page, Part
from scanpipe.state.page_facts import PageFacts, VerdictRow, VersionRow

KS = BookId(unit_code="14758", kind="KS", year=2010, volume=1)
OWN, OTHER = "recipe-own", "recipe-other"


def page(label: str) -> Page:
    return Page.parse(label)


def version(row: int, recipe: str = OWN, flags: tuple[str, ...] = ()) -> VersionRow:
    blobs = {"image": "i", "mask": "m", "words": "w", "text_layer": "t", "report": "{}", "tools": "{}"}
    return VersionRow(row=row, recipe=recipe, recipe_name=recipe, dpi=300, confidence=None, flags=flags, **blobs)


def verdict(decision: str, *, of: int | None = None, recipe: str | None = None) -> VerdictRow:
    return VerdictRow(decision=decision, version=of, recipe=recipe, reason="", person="minh", ticket="")


def facts(
    label: str = "1",
    *,
    versions: tuple[VersionRow, ...] = (),
    said: VerdictRow | None = None,
    failures: tuple[tuple[str, str], ...] = (),
) -> PageFacts:
    return PageFacts(
        page=page(label),
        placement=1,
        capture=1,
        region="",
        digest="d",
        dpi=300,
        file=None,
        side="single",
        capture_flags=(),
        verdict=said,
        versions=versions,
        failures=failures,
    )


def state_of(fact: PageFacts) -> CapturedPage:
    state = page_states(Book(id=KS), [fact], recipe=OWN, attempts=2)[-1]
    assert isinstance(state, CapturedPage)
    return state


def version_of(state: PageState) -> int | None:
    return state.version.row if isinstance(state, ProcessedPage) else None


def test_a_page_without_a_version_is_due() -> None:
    assert due([state_of(facts())]) != ()


def test_a_page_with_a_version_of_its_recipe_waits_for_a_verdict() -> None:
    state = state_of(facts(versions=(version(7),)))
    assert (state.status, due([state])) == (Status.WAITING, ())


def test_a_changed_recipe_makes_a_page_due_again() -> None:
    assert state_of(facts(versions=(version(7, OTHER),))).status is Status.UNPROCESSED


def test_an_accepted_page_stays_accepted_when_the_recipe_changes() -> None:
    state = state_of(facts(versions=(version(7, OTHER),), said=verdict("accept", of=7)))
    assert (state.status, version_of(state)) == (Status.ACCEPTED, 7)


def test_redo_makes_a_page_due_with_the_asked_recipe_and_first() -> None:
    redo = state_of(facts("2", versions=(version(7),), said=verdict("redo", of=7, recipe=OTHER)))
    assert (redo.status, redo.recipe) == (Status.UNPROCESSED, OTHER)
    assert (redo.redone, state_of(facts("1")).redone) == (True, False)


def test_a_redone_page_waits_for_a_verdict() -> None:
    done = (version(7), version(8, OTHER))
    state = state_of(facts(versions=done, said=verdict("redo", of=7, recipe=OTHER)))
    assert (state.status, version_of(state)) == (Status.WAITING, 8)


def test_a_rejected_page_stays_rejected() -> None:
    assert state_of(facts(versions=(version(7),), said=verdict("reject", of=7))).status is Status.REJECTED


def test_a_page_that_failed_too_often_is_quarantined_until_another_recipe_is_asked_for() -> None:
    failed = ((OWN, "x"), (OWN, "x"))
    assert state_of(facts(failures=failed[:1])).status is Status.UNPROCESSED
    assert state_of(facts(failures=failed)).status is Status.QUARANTINED
    redo = facts(failures=failed, said=verdict("redo", recipe=OTHER))
    assert state_of(redo).status is Status.UNPROCESSED


def test_stated_pages_that_were_never_scanned_are_missing() -> None:
    book = Book(id=KS, pages=2, front=1, back=1)
    states = page_states(book, [facts("2")], recipe=OWN, attempts=2)
    assert [(s.page.label, s.status) for s in states] == [
        ("F1", Status.MISSING),
        ("1", Status.MISSING),
        ("2", Status.UNPROCESSED),
        ("B1", Status.MISSING),
    ]


def test_a_refused_file_keeps_its_page_free_and_missing() -> None:
    states = page_states(Book(id=KS), [facts("1"), facts("3")], recipe=OWN, attempts=2, awaited=[page("4")])
    assert [s.page.label for s in states if s.status is Status.MISSING] == ["2", "4"]


def test_a_page_beyond_the_stated_total_is_no_longer_awaited() -> None:
    book = Book(id=KS, pages=2)
    states = page_states(book, [facts("1"), facts("2")], recipe=OWN, attempts=2, awaited=[page("3")])
    assert [s.page.label for s in states] == ["1", "2"]


BOOKS = st.builds(
    Book,
    id=st.just(KS),
    front=st.integers(0, 3),
    pages=st.integers(1, 12),
    back=st.integers(0, 3),
)


@settings(deadline=None, derandomize=True)
@given(book=BOOKS, data=st.data())
def test_scanning_fills_every_place_once_in_the_order_of_the_paper(book: Book, data: st.DataObject) -> None:
    everything = fill(Slots(book=book, filled=frozenset()))
    assert [position(book, p) for p in everything] == list(range(1, book.front + (book.pages or 0) + book.back + 1))
    kept = data.draw(st.sets(st.sampled_from(everything)))
    assert fill(Slots(book=book, filled=frozenset(kept))) == [p for p in everything if p not in kept]


def fill(slots: Slots) -> list[Page]:
    filled: list[Page] = []
    while (free := slots.next()) is not None:
        filled.append(free)
        slots = slots.fill(free)
    return filled


def test_a_book_of_unknown_length_always_has_a_next_page() -> None:
    slots = Slots(book=Book(id=KS), filled=frozenset(Page(part=Part.BODY, number=n) for n in (1, 3)))
    labels = []
    for _turn in range(3):
        free = slots.next()
        assert free
        labels.append(free.label)
        slots = slots.fill(free)
    assert labels == ["2", "4", "5"]
