"""What happens on the screen of a book: an event and a state in, the next state and effects out. No I/O, no clock."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from scanpipe.console.effects import (
    MARKS,
    Answer,
    Arrow,
    Asked,
    Compare,
    Compared,
    Digit,
    Edit,
    EditDone,
    Edited,
    EditFailed,
    Effect,
    Event,
    FactsRead,
    Leave,
    OpenLive,
    Play,
    Pressed,
    ProfilesKnown,
    ReadFacts,
    ReadScanner,
    RunEnded,
    ScannerKnown,
    Seen,
    StartRun,
    StopRun,
    Typed,
)
from scanpipe.console.run_events import ended, seen, shown_now
from scanpipe.console.state import PAPERS, BookState, Doing, Notice, Question, Tally
from scanpipe.console.words import paper_name
from scanpipe.errors import UsageError
from scanpipe.flows.capture.request import ScanRequest
from scanpipe.flows.work.book_search import is_cover_sheet
from scanpipe.messages import LazyText, lazy
from scanpipe.model import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What comes of an event."""

    state: BookState
    effects: tuple[Effect, ...] = ()


def step(state: BookState, event: Event) -> Step:
    """Return what comes of an event."""
    match event:
        case Pressed():
            return _pressed(state, event.action)
        case Arrow():
            return Step(state=_moved(state, event))
        case Digit() if state.question is None:
            asked = Question(kind="jump", text=lazy("Go to page:"), action=event.text)
            return Step(state=replace(state, question=asked))
        case Typed():
            return _typed(state, event.text)
        case Seen():
            return Step(state=seen(state, event), effects=_sounds(event))
        case RunEnded():
            return Step(state=ended(state, event.error), effects=(ReadFacts(), *_end_sound(state, event)))
        case EditDone() | EditFailed() | Compared():
            return _told(state, event)
        case _:
            return Step(state=_known(state, event))


def _known(state: BookState, event: Event) -> BookState:
    """Return the state with what was found out beside the screen."""
    match event:
        case Asked():
            return _asked(state, event.page)
        case FactsRead():
            return _facts(state, event)
        case ScannerKnown():
            return replace(state, device=event.device, stack=event.stack)
        case ProfilesKnown():
            return replace(state, profiles=event.names)
    return state


def _sounds(event: Seen) -> tuple[Effect, ...]:
    if event.kept is None:
        return ()
    return (Play(sound="warning" if event.kept.flags or not event.kept.pages else "good"),)


def _end_sound(state: BookState, event: RunEnded) -> tuple[Effect, ...]:
    # Whoever scans one page knows that the scanner stops behind it.
    one_page = state.running is not None and state.running.pages == 1
    return () if one_page and event.error is None else (Play(sound="stopped"),)


def _asked(state: BookState, page: Page | None) -> BookState:
    if page is None:
        lines = state.question.lines if state.question else ()
        text = lazy("Put these sheets on top of the stack, in this order:")
        return replace(state, doing=Doing.ASKING, question=Question(kind="reload", text=text, lines=lines))
    text = lazy("Lay page {page} on the glass.", page=page)
    question = Question(kind="lay", text=text, lines=state.sent_back(page), page=page)
    return replace(state, doing=Doing.ASKING, moving=(page,), question=question)


def _facts(state: BookState, event: FactsRead) -> BookState:
    at = event.at or (state.chosen.page if state.chosen else None)
    changed = replace(
        state, book=event.book, cells=event.cells, strip=shown_now(state.strip or event.strip, event.cells)
    )
    first = not state.cells
    place = changed.place(at) if at else None
    following = changed.following
    if first and following:
        place = changed.place(following.page)
    changed = replace(changed, selected=min(place or 0, max(0, len(event.cells) - 1)))
    if first and changed.lost and state.notice is None:
        pages = ", ".join(map(str, changed.lost))
        text = lazy("The last run was cut off. Put the sheet of page {pages} back on top.", pages=pages)
        return replace(changed, notice=Notice(tone="warning", text=text, remedy=lazy("Then go on scanning.")))
    return changed


def _told(state: BookState, event: EditDone | EditFailed | Compared) -> Step:
    match event:
        case EditDone():
            changed = replace(state, notice=Notice(tone="good", text=event.text), carried=None)
            return Step(state=changed, effects=(ReadFacts(at=event.page),))
        case EditFailed():
            notice = Notice(tone="error", text=event.error.text, remedy=event.error.remedy)
            return Step(state=replace(state, notice=notice, carried=None), effects=(Play(sound="warning"),))
    if event.found.whole:
        return Step(state=state, effects=(Edit(kind="finish"), Play(sound="good")))
    lines = tuple(f"- {line}" for line in event.found.lines)
    question = Question(kind="finish", text=lazy("The book is not complete. Finish it as it is?"), lines=lines)
    return Step(state=replace(state, question=question, notice=None), effects=(Play(sound="warning"),))


def _moved(state: BookState, event: Arrow) -> BookState:
    last = max(0, len(state.cells) - 1)
    if event.to_end:
        return replace(state, selected=last if event.by else 0)
    return replace(state, selected=min(last, max(0, state.selected + (event.by or 0))))


def _typed(state: BookState, text: str | None) -> Step:
    question = state.question
    if question is None or not question.typed:
        return Step(state=state)
    state = replace(state, question=None)
    if text is None:
        return Step(state=state)
    if question.kind == "jump":
        return Step(state=_jumped(state, text))
    if question.kind == "note":
        kind = MARKS[MARKS.index(question.action)]
        return Step(state=state, effects=(Edit(kind=kind, page=question.page, note=text.strip()),))
    return Step(state=state)


def _jumped(state: BookState, text: str) -> BookState:
    if is_cover_sheet(text):
        told, remedy = lazy("This is the code of a separator sheet."), lazy("Codes open books in the list of books.")
        return replace(state, notice=Notice(tone="error", text=told, remedy=remedy))
    try:
        place = state.place(Page.parse(text))
    except UsageError as error:
        return replace(state, notice=Notice(tone="error", text=error.text, remedy=error.remedy))
    if place is None:
        return replace(state, notice=Notice(tone="error", text=lazy("The book has no page {page}.", page=text)))
    return replace(state, selected=place, notice=None)


def _pressed(state: BookState, action: str) -> Step:
    if action == "help":
        return Step(state=replace(state, help=not state.help))
    state = replace(state, help=False)
    if action == "stop":
        return _stop(state)
    if state.question and state.question.kind in ("lay", "reload") and action in ("scan", "feed"):
        return Step(state=replace(state, question=None, doing=Doing.MOVING, notice=None), effects=(Answer(yes=True),))
    if action == "live":
        return Step(state=state, effects=(OpenLive(),))
    if state.question and state.question.kind == "finish":
        state = replace(state, question=None)
        if action == "finish":
            return Step(state=state, effects=(Edit(kind="finish", incomplete=True),))
    if state.busy:
        wait = Notice(tone="plain", text=lazy("The scanner is at work. Stop it first."))
        return Step(state=replace(state, notice=wait))
    if state.carried and action in ("scan", "feed", "move"):
        return _dropped(state)
    if action.startswith("profile_"):
        return _profile(state, int(action.removeprefix("profile_")))
    return _ACTIONS[action](state) if action in _ACTIONS else Step(state=state)


def _stop(state: BookState) -> Step:
    if state.question and state.question.kind in ("lay", "reload"):
        return Step(state=replace(state, question=None, doing=Doing.STOPPING), effects=(Answer(yes=False),))
    if state.busy:
        stopping = Notice(tone="plain", text=lazy("The scanner stops after this sheet."))
        return Step(state=replace(state, doing=Doing.STOPPING, notice=stopping), effects=(StopRun(),))
    if state.carried or state.notice or state.question:
        return Step(state=replace(state, carried=None, notice=None, question=None))
    return Step(state=state, effects=(Leave(),))


def _run(state: BookState, request: ScanRequest) -> Step:
    sides = state.paper if state.paper in ("fronts", "backs") else ""
    source = state.paper if state.paper in ("flatbed", "feeder", "duplex") else None
    whole = replace(request, profile=state.profile, source=source, sides=sides)
    started = replace(
        state,
        doing=Doing.STARTING,
        running=whole,
        notice=None,
        moving=(),
        tally=Tally(),
        question=None,
    )
    return Step(state=started, effects=(StartRun(request=whole),))


def _scan(state: BookState) -> Step:
    # At the glass a person lays page after page: the run goes on until he stops it.
    return _run(state, ScanRequest(pages=1 if state.stack is not False else None))


def _feed(state: BookState) -> Step:
    return _run(state, ScanRequest())


def _rescan(state: BookState) -> Step:
    last = _newest(state)
    if last is None:
        return _refused(state, lazy("No page was scanned yet."))
    return _scan_again(state, last)


def _newest(state: BookState) -> Page | None:
    captured = [cell for cell in state.cells if cell.capture]
    return max(captured, key=lambda cell: cell.capture).page if captured else None


def _replace(state: BookState) -> Step:
    if state.chosen is None:
        return _refused(state, lazy("Choose a page on the map first."))
    if state.chosen.free and state.following != state.chosen:
        return _refused(
            state, lazy("Page {page} has no picture yet. Scan: earlier gaps are filled first.", page=state.chosen.page)
        )
    return _scan(state) if state.chosen.free else _scan_again(state, state.chosen.page)


def _scan_again(state: BookState, page: Page) -> Step:
    begun = _run(state, ScanRequest(pages=1, replace=page))
    place = begun.state.place(page)
    return replace(begun, state=replace(begun.state, selected=place if place is not None else begun.state.selected))


def _refused(state: BookState, text: LazyText) -> Step:
    return Step(state=replace(state, notice=Notice(tone="error", text=text)))


def _insert(*, after: bool) -> Callable[[BookState], Step]:
    def insert(state: BookState) -> Step:
        if state.chosen is None:
            return _refused(state, lazy("Choose a page on the map first."))
        return Step(state=state, effects=(Edit(kind="insert", page=state.chosen.page, after=after),))

    return insert


def _move(state: BookState) -> Step:
    if state.chosen is None or not state.chosen.capture:
        return _refused(state, lazy("Choose a page with a picture on the map first."))
    page = state.chosen.page
    notice = Notice(
        tone="plain",
        text=lazy("Page {page} moves: choose its new place with the arrow keys.", page=page),
        remedy=lazy("Press the same key again to set it down."),
    )
    return Step(state=replace(state, carried=page, notice=notice))


def _dropped(state: BookState) -> Step:
    target = state.chosen.page if state.chosen else None
    if target is None or target == state.carried:
        return Step(state=replace(state, carried=None, notice=None))
    return Step(state=replace(state, notice=None), effects=(Edit(kind="move", page=state.carried, target=target),))


_STATED: Final[dict[Edited, LazyText]] = {
    "blank": lazy("Page {page} is blank. Remark (may be empty):"),
    "damaged": lazy("Page {page} is damaged. Remark (may be empty):"),
    "missing": lazy("Page {page} is missing in the paper book. Remark (may be empty):"),
}


def _mark(kind: Edited) -> Callable[[BookState], Step]:
    def mark(state: BookState) -> Step:
        chosen = state.chosen
        if chosen is None:
            return _refused(state, lazy("Choose a page on the map first."))
        if chosen.stated == kind:
            return Step(state=state, effects=(Edit(kind=kind, page=chosen.page, withdraw=True),))
        asked = Question(kind="note", text=_STATED[kind].format(page=chosen.page), action=kind, page=chosen.page)
        return Step(state=replace(state, question=asked))

    return mark


def _undo(state: BookState) -> Step:
    return Step(state=state, effects=(Edit(kind="undo"),))


def _redo(state: BookState) -> Step:
    return Step(state=state, effects=(Edit(kind="redo"),))


def _duplex(state: BookState) -> Step:
    paper = PAPERS[(PAPERS.index(state.paper) + 1) % len(PAPERS)]
    told = Notice(tone="plain", text=lazy("Paper: {paper}", paper=paper_name(paper)))
    return Step(state=replace(state, paper=paper, notice=told), effects=(ReadScanner(),))


def _profile(state: BookState, number: int) -> Step:
    if number > len(state.profiles):
        return _refused(state, lazy("There is no scanner profile {number}.", number=number))
    name = state.profiles[number - 1]
    told = Notice(tone="plain", text=lazy("Scanner profile: {name}", name=name))
    return Step(state=replace(state, profile=name, notice=told), effects=(ReadScanner(),))


def _spread(state: BookState) -> Step:
    return Step(state=state, effects=(Edit(kind="spread"),))


def _finish(state: BookState) -> Step:
    return Step(state=state, effects=(Compare(),))


_ACTIONS: dict[str, Callable[[BookState], Step]] = {
    "scan": _scan,
    "feed": _feed,
    "rescan": _rescan,
    "replace": _replace,
    "insert_before": _insert(after=False),
    "insert_after": _insert(after=True),
    "move": _move,
    "blank": _mark("blank"),
    "damaged": _mark("damaged"),
    "missing": _mark("missing"),
    "undo": _undo,
    "redo": _redo,
    "duplex": _duplex,
    "spread": _spread,
    "finish": _finish,
}
