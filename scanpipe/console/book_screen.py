"""The screen of a book: keys to the controller, its effects done, its state shown."""

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from scanpipe.console import views
from scanpipe.console.controller import step
from scanpipe.console.edits import edited
from scanpipe.console.effects import (
    Answer,
    Arrow,
    Compare,
    Compared,
    Digit,
    Edit,
    EditDone,
    EditFailed,
    Effect,
    Event,
    FactsRead,
    Leave,
    OpenLive,
    Play,
    ProfilesKnown,
    ReadFacts,
    ReadScanner,
    RunEnded,
    StartRun,
    StopRun,
    Typed,
)
from scanpipe.console.kept import last_kept
from scanpipe.console.key_meanings import meanings
from scanpipe.console.scan_thread import ScanThread
from scanpipe.console.scanner_thread import look_at_scanner
from scanpipe.console.screen import ConsoleScreen, errors_named
from scanpipe.console.state import BookState
from scanpipe.console.tell_live import live_event
from scanpipe.console.thumbnail import Thumbnail
from scanpipe.errors import ScanpipeError
from scanpipe.flows.book.books import book_facts
from scanpipe.flows.capture.scanners import numbered_profiles
from scanpipe.flows.work.completeness import completeness
from scanpipe.flows.work.page_map import page_map
from scanpipe.messages import lazy
from scanpipe.state.books import find_book


class BookScreen(ConsoleScreen):
    """A book being scanned."""

    AUTO_FOCUS = ""  # the line to type into is hidden, and would take the keys

    class Happened(Message):
        """Something came from another thread."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    def __init__(self, name: str) -> None:
        super().__init__()
        self._book = name
        self._thumbnail: Thumbnail | None = None
        self._thumbnail_width = 0

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen."""
        yield from self.banner()
        yield Static(id="head")
        yield Static(id="status")
        with Horizontal(id="middle"):
            yield Static(id="strip")
            yield Static(id="map")
            if self.console.picture:
                self._thumbnail = Thumbnail(self.console.station.folder, self.console.picture)
                yield self._thumbnail
        yield Static(id="chosen")
        yield Static(id="notice")
        yield Input(id="typed", compact=True, select_on_focus=False)
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Show how the book stands."""
        keys = self.console.station.settings.console.keys
        self.keys: dict[str, str] = {action: getattr(keys, action) for action in keys.__struct_fields__}
        self._actions = {key: action for action, key in self.keys.items()}
        box = self.query_one(Input)
        box.display, box.disabled = False, True
        try:
            with errors_named(self.console.station):
                book = find_book(self.console.station.journal, self._book).book
            self._book = book.id.full_name
        except ScanpipeError as error:
            self._refuse(error)
            return
        self.state = BookState(book=book)
        self._do(ReadFacts())
        self._do(ReadScanner())
        self._read_profiles()

    def _read_profiles(self) -> None:
        try:
            numbered = numbered_profiles(self.console.station)
        except ScanpipeError as error:
            self._step(EditFailed(error=error))
        else:
            self._step(ProfilesKnown(names=tuple(profile.name for profile in numbered)))

    def _refuse(self, error: ScanpipeError) -> None:
        from scanpipe.console.home_screen import HomeScreen

        self.app.pop_screen()
        if isinstance(self.app.screen, HomeScreen):
            self.app.screen.tell(error)

    def on_resize(self) -> None:
        """Fit the map and the strip to the new size."""
        self._show()

    def happened(self, event: Event) -> None:
        """Take an event, from any thread."""
        self.post_message(self.Happened(event))

    def on_book_screen_happened(self, message: Happened) -> None:
        """Work on an event from another thread."""
        self._step(message.event)

    def on_thumbnail_made(self) -> None:
        """Make room for the first picture."""
        self._show()

    def on_key(self, event: events.Key) -> None:
        """Turn keys into what the controller understands."""
        typing = self.query_one(Input).display
        if typing and self._typed(event):
            event.stop()
        if typing:
            return
        keys = (event.key, *event.aliases, *(event.character or ""))
        across = views.row_length(self._map_width())
        meant = meanings(keys, event.character, actions=self._actions, state=self.state, across=across)
        if meant:
            event.stop()
            event.prevent_default()
        for each in meant:
            self._step(each)

    def action_choose(self, place: int) -> None:
        """Select the page that was clicked on the map."""
        self._step(Arrow(by=place - self.state.selected))

    def _typed(self, event: events.Key) -> bool:
        """Take a key that is not for the line to type into, or that came before the line was there to take it."""
        box = self.query_one(Input)
        if event.key == "escape":
            self._close_typing(None)
        elif event.key == "enter":
            self._close_typing(box.value)
        elif event.key.startswith("alt+"):
            self._close_typing(None)
            if event.key[-1].isdecimal():
                self._step(Digit(text=event.key[-1]))
        elif event.is_printable and event.character:
            box.insert_text_at_cursor(event.character)
        else:
            return False
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed."""
        if event.input.display:
            self._close_typing(event.value)

    def _close_typing(self, text: str | None) -> None:
        self._hide_box()
        self._step(Typed(text=text))

    def _hide_box(self) -> None:
        box = self.query_one(Input)
        box.display, box.disabled = False, True
        box.value = ""
        self.set_focus(None)

    def _step(self, event: Event) -> None:
        if told := live_event(self._book, event):
            self.console.live.publish(told)
        if isinstance(event, RunEnded):
            self._run_over()
        done = step(self.state, event)
        self.state = done.state
        for effect in done.effects:
            self._do(effect)
        self._ask()
        self._show()

    def _run_over(self) -> None:
        run, self.console.run_of_scanner = self.console.run_of_scanner, None
        if run:
            run.join()
        if self.console.ending:
            self.app.exit()

    def _ask(self) -> None:
        """Show the line to type into, where something is asked that is typed."""
        question, box = self.state.question, self.query_one(Input)
        if box.display and not (question and question.typed):
            self._hide_box()
        elif question and question.typed and not box.display:
            box.display, box.disabled = True, False
            box.value = question.action if question.kind == "jump" else ""
            box.focus()
            box.cursor_position = len(box.value)

    def _do(self, effect: Effect) -> None:
        match effect:
            case StartRun():
                self._start(effect)
            case StopRun() if self.console.run_of_scanner:
                self.console.run_of_scanner.stop()
            case Answer() if self.console.run_of_scanner:
                self.console.run_of_scanner.answer(yes=effect.yes)
            case Play():
                self.console.play(effect.sound)
            case ReadScanner():
                look_at_scanner(self.console.station, self.state, tell=self.happened)
            case OpenLive():
                self._open_live()
            case Leave():
                self.app.pop_screen()
            case Edit() | Compare() | ReadFacts():
                self._at_the_book(effect)

    def _open_live(self) -> None:
        try:
            address = self.console.open_live()
        except ScanpipeError as error:
            self._step(EditFailed(error=error))
        else:
            self._step(EditDone(text=lazy("Live picture: {address}", address=address)))

    def _start(self, effect: StartRun) -> None:
        station = self.console.station
        run = ScanThread(
            station.folder, self._book, effect.request, person=station.person, ticket=station.ticket, tell=self.happened
        )
        self.console.run_of_scanner = run
        run.start()

    def _at_the_book(self, effect: Edit | Compare | ReadFacts) -> None:
        """Read or change the book here, which takes milliseconds."""
        if isinstance(effect, Edit):
            self._step(edited(self.console.station, self._book, effect))
            return
        try:
            with errors_named(self.console.station):
                told = self._read(effect)
        except ScanpipeError as error:
            told = EditFailed(error=error)
        self._step(told)

    def _read(self, effect: Compare | ReadFacts) -> Event:
        station = self.console.station
        facts = book_facts(station, self._book)
        if isinstance(effect, Compare):
            return Compared(found=completeness(facts))
        strip = () if self.state.cells else last_kept(station, facts.row)
        return FactsRead(book=facts.book, cells=page_map(facts), at=effect.at, strip=strip)

    def _map_width(self) -> int:
        return max(20, self.query_one("#map", Static).content_size.width or self.size.width // 2)

    def _show(self) -> None:
        if not hasattr(self, "state"):
            return
        state, shown = self.state, self._update
        width = self.size.width - self._place_thumbnail()
        shown("head", views.head_line(state))
        shown("status", views.status_lines(state))
        room = max(1, self.query_one("#middle").size.height)
        if state.help:
            shown("strip", views.help_lines(self.keys, state.profiles))
        else:
            shown("strip", views.strip_lines(state.strip, width=width * 3 // 5, height=room))
        for name in ("head", "map", "status", "chosen", "notice"):
            self.query_one(f"#{name}").display = not state.help
        shown("map", views.map_lines(state, width=self._map_width(), height=room))
        shown("chosen", views.chosen_line(state.chosen))
        shown("notice", views.notice_lines(state))
        shown("keys", views.keys_lines(self.keys, state, width=self.size.width))

    def _place_thumbnail(self) -> int:
        """Return how much of the screen's width the thumbnail takes."""
        if self._thumbnail is None:
            return 0
        newest = self.state.strip[0] if self.state.strip else None
        width = self._thumbnail.place(self.size, newest, hidden=self.state.help)
        if width != self._thumbnail_width:
            self._thumbnail_width = width
            self.call_after_refresh(self._show)  # the map is as wide as it was until then
        return width

    def _update(self, name: str, text: Text) -> None:
        self.query_one(f"#{name}", Static).update(text)
