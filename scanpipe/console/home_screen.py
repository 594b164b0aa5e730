"""The first screen: today's work in the order in which it is due, and what the operator did today."""

from datetime import date

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from scanpipe.console.book_screen import BookScreen
from scanpipe.console.new_book_screen import NewBookScreen
from scanpipe.console.screen import ConsoleScreen, error_text, errors_named, key_line
from scanpipe.errors import ScanpipeError
from scanpipe.flows.selftest import selftest_due
from scanpipe.flows.work.book_search import find_by_cover_sheet, is_cover_sheet, search_books
from scanpipe.flows.work.production import Production, production_today
from scanpipe.flows.work.worklist import Due, WorkItem, WorkReader
from scanpipe.messages import _

_EVERY_S = 2.0  # asking whether something was written costs next to nothing
_KEYS = {"Enter": "enter", "F2": "f2", "^Q": "ctrl+q"}
_STYLES = {
    Due.PUT_BACK: "bold white on magenta",
    Due.SENT_BACK: "bold white on red",
    Due.UNFINISHED: "bold yellow",
    Due.NEW: "bold cyan",
    Due.DONE: "green",
}


class HomeScreen(ConsoleScreen):
    """The list of work."""

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen."""
        yield from self.banner()
        yield Static(id="day")
        yield Input(placeholder=_("Part of a book's name, or scan its cover sheet"), id="search", compact=True)
        yield OptionList(id="work")
        yield Static(id="told")
        yield Static(id="keys")

    def on_mount(self) -> None:
        """Read the work, and look from time to time whether there is other work."""
        self._reader = WorkReader(self.console.station)
        self._items: tuple[WorkItem, ...] = ()
        self._shown: tuple[WorkItem, ...] = ()
        self.query_one(Input).focus()
        self.query_one(OptionList).can_focus = False
        self._read()
        self._remind()
        self.set_interval(_EVERY_S, self._read)

    def _remind(self) -> None:
        """Tell that the scanner is to be tested before the first book, where the station asks for it."""
        station = self.console.station
        if selftest_due(station, station.settings.scanner.device, date.today()):
            self.query_one("#told", Static).update(_("The scanner was not tested today: scanpipe selftest"))

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        keys = (("↑ ↓", _("choose")), ("Enter", _("open")), ("F2", _("new book")), ("^Q", _("leave")))
        self.query_one("#keys", Static).update(key_line(keys, width=self.size.width, names=_KEYS))

    def on_screen_resume(self) -> None:
        """Read the work again, coming back from a book."""
        if self.is_mounted and hasattr(self, "_reader"):
            self.query_one(Input).value = ""
            self._read()

    def on_input_changed(self) -> None:
        """Show the books that the typed words fit."""
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the book of a cover sheet, or the one that is highlighted."""
        try:
            if is_cover_sheet(event.value):
                self._open(find_by_cover_sheet(self._items, event.value))
                return
        except ScanpipeError as error:
            self.query_one(Input).value = ""
            self.tell(error)
            return
        highlighted = self.query_one(OptionList).highlighted
        if highlighted is not None and highlighted < len(self._shown):
            self._open(self._shown[highlighted])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the book that was clicked."""
        self._open(self._shown[event.option_index])

    def on_key(self, event: events.Key) -> None:
        """Move in the list while the words are typed; open a new book."""
        listed = self.query_one(OptionList)
        moves = {"down": listed.action_cursor_down, "up": listed.action_cursor_up}
        moves |= {"pagedown": listed.action_page_down, "pageup": listed.action_page_up}
        if event.key in moves:
            moves[event.key]()
            event.stop()
        elif event.key == "f2":
            self.app.push_screen(NewBookScreen())
        elif event.key == "escape":
            self.query_one(Input).value = ""
            self.query_one("#told", Static).update("")

    def tell(self, error: ScanpipeError) -> None:
        """Show what went wrong and what to do."""
        self.query_one("#told", Static).update(error_text(error))

    def _open(self, item: WorkItem) -> None:
        self.query_one("#told", Static).update("")
        self.app.push_screen(BookScreen(item.book.id.full_name))

    def _read(self) -> None:
        if self.app.screen is not self:
            return
        try:
            with errors_named(self.console.station):
                items = self._reader.items()
                if items is self._items:
                    return
                done = production_today(self.console.station)
        except ScanpipeError as error:
            self.tell(error)
            return
        self._items = items
        self.query_one("#day", Static).update(day_line(done, self._person))
        self._show()

    @property
    def _person(self) -> str:
        return self.console.station.person

    def _show(self) -> None:
        text = self.query_one(Input).value
        self._shown = search_books(self._items, "" if is_cover_sheet(text) else text)
        listed = self.query_one(OptionList)
        kept = listed.highlighted or 0
        listed.clear_options()
        listed.add_options([Option(work_line(item)) for item in self._shown])
        if self._shown:
            listed.highlighted = min(kept, len(self._shown) - 1)


def work_line(item: WorkItem) -> Text:
    """Return a book of the list: what is to be done, which book, how far it is."""
    text = Text(no_wrap=True)
    text.append(f"{item.book.id.label:<12}", style="bold")
    of = "" if item.expected is None else f"/{item.expected}"
    text.append(f"{item.done}{of}".rjust(9) + "  ")
    text.append(f" {item.text} ", style=_STYLES[item.due])
    text.append(f"  {item.book.unit_name}")
    if item.in_use:
        text.append("  " + _("in use"), style="italic")
    return text


def day_line(done: Production, person: str) -> Text:
    """Return what the operator did today."""
    text = Text().append(f" {person}: ", style="bold")
    parts = [_("today {pages} pages").format(pages=done.pages), _("{a4:.0f} A4").format(a4=done.a4)]
    if done.pages_an_hour:
        parts.append(_("{rate:.0f} pages/h").format(rate=done.pages_an_hour))
    parts.append(_("{flagged} to look at, {rejected} sent back").format(flagged=done.flagged, rejected=done.rejected))
    return text.append(" · ".join(parts))
