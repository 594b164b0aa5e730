"""The form of a new book, with what its files will be called."""

from collections.abc import Iterator, Mapping

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Label, OptionList, Select, Static
from textual.widgets.option_list import Option

from scanpipe.console.book_form import BookForm, NewBook, field_name, found_units, new_book
from scanpipe.console.screen import ConsoleScreen, error_text, errors_named, key_line
from scanpipe.errors import ScanpipeError
from scanpipe.flows.book.books import add_book
from scanpipe.flows.work.file_names import file_names, kinds
from scanpipe.messages import LazyText, _, lazy
from scanpipe.package.naming.units import ListedUnit

_NUMBERS = ("volume", "pages", "cases", "first_number", "front", "back")
_GROUPINGS = {
    "pages": lazy("so many pages for each case"),
    "cases": lazy("so many cases on each page"),
    "index": lazy("as a page index says: its file"),
}
_SPREADS = {"keep": lazy("one page"), "split": lazy("two pages, to be split")}


class NewBookScreen(ConsoleScreen):
    """Opens a book."""

    def compose(self) -> ComposeResult:
        """Yield the parts of the screen."""
        self.form = BookForm()
        self._units: tuple[ListedUnit, ...] = ()
        yield from self.banner()
        title = _("New book")
        yield Static(Text(f" {title} ", style="bold reverse"), id="head")
        with Horizontal(id="form"):
            with Vertical(id="fields"):
                yield from self._fields()
            yield Static(id="names")
        yield Static(id="told")
        yield Static(id="keys")

    def _fields(self) -> Iterator[Widget]:
        yield _row(str(field_name("year")), Input(id="year", compact=True, restrict="[0-9]*", max_length=4))
        hint = _("part of the name, without accents, or code")
        yield _row(_("Unit"), Input(id="unit", compact=True, placeholder=hint))
        units = OptionList(id="units", compact=True)
        units.display = units.can_focus = False
        yield units
        known = [(f"{code} - {name}", code) for code, name in kinds(self.console.station).items()]
        yield _row(_("Kind"), Select(known, value=self.form.kind, allow_blank=False, id="kind", compact=True))
        for name in _NUMBERS:
            value = str(getattr(self.form, name))
            box = Input(value=value, id=name, compact=True, restrict="[0-9]*", max_length=5)
            yield _row(str(field_name(name)), box)
        yield self._choice(_("Cases"), "grouping", _GROUPINGS)
        yield _row(str(field_name("group")), Input(value=self.form.group, id="group", compact=True))
        yield self._choice(_("Each picture is"), "spreads", _SPREADS)
        for name in ("opened", "closed"):
            yield _row(str(field_name(name)), Input(id=name, compact=True, max_length=10))

    def _choice(self, label: str, name: str, choices: Mapping[str, LazyText]) -> Widget:
        options = [(str(text), value) for value, text in choices.items()]
        value = str(getattr(self.form, name))
        return _row(label, Select(options, value=value, allow_blank=False, id=name, compact=True))

    def on_mount(self) -> None:
        """Begin with the year."""
        self.query_one("#year", Input).focus()
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search units, or show what the names will be."""
        name = event.input.id or ""
        if name != "unit":
            self.form = self.form.written(name, event.value)
        elif self.form.unit is None or event.value != self.form.unit.full_name:
            self.form = self.form.of_unit(None)
            self._search(event.value)
        self._show()

    def on_select_changed(self, event: Select.Changed) -> None:
        """Take a choice."""
        self.form = self.form.written(event.select.id or "", str(event.value))
        self._show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the unit that was clicked."""
        if event.option_list.id == "units":
            self._choose(event.option_index)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the highlighted unit, or go to the next field."""
        listed = self.query_one("#units", OptionList)
        if event.input.id == "unit" and listed.display and listed.highlighted is not None:
            self._choose(listed.highlighted)
        else:
            self.focus_next()

    def on_key(self, event: events.Key) -> None:
        """Move among units and fields, open the book, or go back."""
        listed, focused = self.query_one("#units", OptionList), self.focused
        if event.key in ("down", "up") and isinstance(focused, Input):
            if listed.display and focused.id == "unit":
                (listed.action_cursor_down if event.key == "down" else listed.action_cursor_up)()
            else:
                (self.focus_next if event.key == "down" else self.focus_previous)()
            event.stop()
        elif event.key == "f12":
            self._open()
        elif event.key == "escape":
            self.app.pop_screen()

    def on_resize(self) -> None:
        """Fit the keys to the new width."""
        pairs = (("Tab ↑ ↓", _("next field")), ("F12", _("open the book")), ("Esc", _("Cancel")))
        self.query_one("#keys", Static).update(
            key_line(pairs, width=self.size.width, names={"F12": "f12", "Esc": "escape"})
        )

    def _search(self, text: str) -> None:
        self._units = found_units(text, self.form.year)
        listed = self.query_one("#units", OptionList)
        listed.clear_options()
        listed.add_options([Option(Text(f"{unit.label} {unit.full_name}", no_wrap=True)) for unit in self._units])
        listed.display = bool(self._units)
        if self._units:
            listed.highlighted = 0

    def _choose(self, place: int) -> None:
        unit = self._units[place]
        self.form = self.form.of_unit(unit)
        self.query_one("#unit", Input).value = unit.full_name
        self.query_one("#units").display = False
        self.query_one("#kind").focus()
        self._show()

    def _show(self) -> None:
        try:
            names = self._names(new_book(self.form))
        except ScanpipeError as error:
            names = Text(str(error.text), style="yellow")
        self.query_one("#names", Static).update(names)

    def _names(self, book: NewBook) -> Text:
        first = book.details.first_number or 1
        names = file_names(self.console.station, book.id, first_number=first, cases=book.details.cases)
        text = Text(_("The files will be called:") + "\n\n", style="bold")
        listed = (
            (_("package"), names.archive),
            (_("workbook"), names.workbook),
            (_("first case"), names.first),
            (_("last case"), names.last),
            (_("cover"), names.front if book.details.front else ""),
        )
        for what, name in listed:
            if name:
                text.append(f"{what}\n", style="dim").append(f"  {name}\n", style="bold green")
        return text

    def _open(self) -> None:
        from scanpipe.console.book_screen import BookScreen

        try:
            book = new_book(self.form)
            with errors_named(self.console.station):
                opened = add_book(
                    self.console.station,
                    kind=book.kind,
                    year=book.year,
                    volume=book.volume,
                    unit=book.unit,
                    details=book.details,
                )
        except ScanpipeError as error:
            self.query_one("#told", Static).update(error_text(error))
            return
        self.app.switch_screen(BookScreen(opened.id.full_name))


def _row(label: str, field: Widget) -> Horizontal:
    return Horizontal(Label(label), field, classes="row")
