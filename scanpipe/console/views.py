"""What the screens show of the open book, as coloured text: state in, text out."""

from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from scanpipe.console.pace import pace
from scanpipe.console.screen import clicked, key_line
from scanpipe.console.state import BookState, Doing, KeptPage, Notice
from scanpipe.console.words import ACTIONS, CELLS, COLOURS, DOING, EXPLAINED, SIGNS, key_name, paper_name
from scanpipe.flows.work.page_map import Cell, MappedPage
from scanpipe.messages import _
from scanpipe.model import Part
from scanpipe.vocabularies.flags import explain

_TONES = {"good": "bold green", "warning": "bold black on yellow", "error": "bold white on red", "plain": "bold"}
_WRITTEN = {"arrows": "← → ↑ ↓", "0-9": "0-9"}  # several keys each
_GROUP = 10  # a space after so many cells, so that a page is found by counting
_BAR = 20
_MARGIN = 3  # of the strip, with the sign at the end of a line


def head_line(state: BookState) -> Text:
    """Return which book it is, and of which commune."""
    book = state.book
    text = Text().append(f" {book.id.label} ", style="bold reverse")
    text.append(f" {book.unit_name} ({book.id.unit_folder})".rstrip())
    return text


def status_lines(state: BookState) -> Text:
    """Return the next page, how far the book is, the pace, and what the scanner does."""
    text = Text()
    following = state.following
    if following:
        text.append(_("Next page: {page}").format(page=following.page), style="bold")
        if following.cases:
            text.append("  " + _("case {case}").format(case=_numbers(following.cases)), style="bold")
        if following.cell is Cell.LOST:
            text.append("  " + _("put back its sheet"), style=COLOURS[Cell.LOST])
        if following.why:
            text.append("  " + _("sent back: {why}").format(why=following.why), style=COLOURS[Cell.SENT_BACK])
    elif state.expected is not None:
        text.append(_("All pages are scanned."), style="bold green")
    else:
        text.append(_("Next page: {page}").format(page=_next_open(state)), style="bold")
    text.append("\n")
    text.append_text(_progress(state))
    text.append("\n")
    text.append_text(_scanner(state))
    return text


def _next_open(state: BookState) -> str:
    body = [cell.page.number for cell in state.cells if cell.page.part is Part.BODY]
    return str(max(body, default=0) + 1)


def _progress(state: BookState) -> Text:
    done, expected = state.done, state.expected
    text = Text()
    if expected is None:
        text.append(_("{done} pages").format(done=done))
    else:
        full = round(_BAR * done / expected) if expected else _BAR
        text.append("█" * full, style="green").append("░" * (_BAR - full), style="dim")
        text.append(" " + _("{done} of {expected} pages").format(done=done, expected=expected))
    speed = pace(state.strip, left=None if expected is None else expected - done)
    if speed.pages_an_hour:
        text.append(" · " + _("{rate:.0f} pages/h").format(rate=speed.pages_an_hour))
        text.append(" · " + _("{rate:.0f} A4/h").format(rate=speed.a4_an_hour))
    if speed.minutes_left is not None and done < (expected or 0):
        text.append(" · " + _("{minutes:.0f} min left").format(minutes=max(1.0, speed.minutes_left)))
    return text


def _scanner(state: BookState) -> Text:
    text = Text(_("Scanner: "))
    style = {Doing.IDLE: "green", Doing.ASKING: "bold black on yellow", Doing.STOPPING: "yellow"}.get(
        state.doing, "bold cyan"
    )
    text.append(str(DOING[state.doing]), style=style)
    if state.doing is Doing.MOVING and state.moving:
        pages = "-".join(map(str, state.moving))
        text.append(" " + _("page {page}, sheet {sheet}").format(page=pages, sheet=state.sheet), style=style)
    text.append(" · " + _("paper: {paper}").format(paper=paper_name(state.paper)))
    if state.book.spreads == "split":
        text.append(" · " + _("spreads are split"))
    if state.profile:
        text.append(" · " + _("profile: {name}").format(name=state.profile))
    return text


def strip_lines(strip: Sequence[KeptPage], *, width: int, height: int) -> Text:
    """Return the last captures, newest first, each with its facts, and its warnings in words below it."""
    text = Text(no_wrap=False)
    if not strip:
        return Text(_("No page was scanned yet."), style="dim")
    for kept in strip[: max(1, height)]:
        pages = "-".join(map(str, kept.pages)) or _("no page")
        began = text.cell_len
        text.append(f"{kept.clock} ", style="dim")
        if kept.gone:
            text.append(_("page {page}").format(page=pages), style="dim strike").append(
                "  " + _("no longer shown") + "\n"
            )
            continue
        text.append(_("page {page}").format(page=pages), style="bold")
        if kept.cases:
            text.append(" " + _("case {case}").format(case=_numbers(kept.cases)))
        text.append(f"  {kept.paper} ")
        if text.cell_len - began + len(dpi := f"{kept.dpi:.0f} dpi ") < width - _MARGIN:
            text.append(dpi)
        text.append("!" if kept.flags else "✓", style="bold black on yellow" if kept.flags else "bold green")
        text.append("\n")
        for flag in kept.flags:
            text.append(f"  {explain(flag)}\n", style="yellow")
    return text


def _numbers(cases: Sequence[str]) -> str:
    return ", ".join(cases) if len(cases) < 3 else f"{cases[0]} … {cases[-1]}"


def map_lines(state: BookState, *, width: int, height: int) -> Text:
    """Return the map: rows of cells under the number of their first page, those around the selected page."""
    across = row_length(width)
    rows = [state.cells[at : at + across] for at in range(0, len(state.cells), across)]
    legend = height > len(rows) + len(CELLS)
    at = state.selected // across if state.cells else 0
    first = max(0, min(at - height // 2, len(rows) - height))
    text = Text(no_wrap=True)
    for number, row in enumerate(rows[first : first + height], first):
        text.append(f"{row[0].page.label:>5} ", style="dim")
        for place, cell in enumerate(row, number * across):
            chosen = place == state.selected
            style = f"{COLOURS[cell.cell]} reverse" if chosen else COLOURS[cell.cell]
            sign = "◆" if cell.page == state.carried else SIGNS[cell.cell]
            text.append(sign, style=clicked(style, f"screen.choose({place})"))
            if (place - number * across + 1) % _GROUP == 0:
                text.append(" ")
        text.append("\n")
    for look, name in CELLS.items() if legend else ():
        text.append("\n      ").append(SIGNS[look], style=COLOURS[look]).append(f" {name}", style="dim")
    return text


def row_length(width: int) -> int:
    """Return how many cells a row of the map has: 10, 20, 30 or more, as many as its width holds."""
    return max(_GROUP, (width - 6) // (_GROUP + 1) * _GROUP)


def chosen_line(cell: MappedPage | None) -> Text:
    """Return what is known of the page that is selected on the map."""
    if cell is None:
        return Text("")
    text = Text().append(_("Page {page}: ").format(page=cell.page), style="bold")
    text.append(str(CELLS[cell.cell]), style=COLOURS[cell.cell])
    if cell.cases:
        text.append(" · " + _("case {case}").format(case=_numbers(cell.cases)))
    if cell.stated:
        text.append(" · " + _("stated: {state}").format(state=ACTIONS[cell.stated]))
    if cell.why:
        text.append(" · " + str(cell.why), style=COLOURS[Cell.SENT_BACK])
    for flag in cell.flags:
        text.append(" · " + explain(flag), style="yellow")
    return text


def legend_line() -> Text:
    """Return what the signs of the map mean."""
    text = Text(no_wrap=False)
    for cell, name in CELLS.items():
        text.append(SIGNS[cell], style=COLOURS[cell]).append(f" {name}  ", style="dim")
    return text


def notice_lines(state: BookState) -> Text:
    """Return what is asked or told, in large."""
    question = state.question
    if question:
        text = Text().append(f" {question.text} ", style="bold black on yellow")
        for line in question.lines:
            text.append(f"\n  {line}", style="bold")
        return text
    notice = state.notice
    return _notice(notice) if notice else Text("")


def _notice(notice: Notice) -> Text:
    text = Text().append(f" {notice.text} ", style=_TONES[notice.tone])
    for line in str(notice.remedy).splitlines():
        text.append(f"\n {line}", style="bold")
    return text


def keys_lines(keys: Mapping[str, str], state: BookState, *, width: int) -> Text:
    """Return the keys that count at this moment, in lines of that width."""
    counting = _counting(keys, state)
    names = {_key(key): key for key, _name in counting if key not in _WRITTEN}
    return key_line([(_key(key), name) for key, name in counting], width=width, names=names)


def _counting(keys: Mapping[str, str], state: BookState) -> Sequence[tuple[str, str]]:
    if state.help:
        return ((keys["help"], _("Close this list")),)
    if state.question and state.question.kind == "finish":
        return ((keys["finish"], _("Finish it as it is")), (keys["stop"], _("Cancel")))
    if state.question and not state.question.typed:
        return ((keys["scan"], _("It lies there: scan")), (keys["stop"], _("Stop")))
    if state.question:
        return (("enter", _("Confirm")), ("escape", _("Cancel")))
    if state.carried:
        return (("arrows", _("choose the new place")), (keys["move"], _("set down")), (keys["stop"], _("Cancel")))
    if state.busy:
        return ((keys["stop"], _("Stop after this sheet")), (keys["live"], str(ACTIONS["live"])))
    shown = ((keys[action], str(name)) for action, name in ACTIONS.items())
    return (*shown, ("0-9", _("Go to page")))


def _key(key: str) -> str:
    return _WRITTEN.get(key) or key_name(key)


def help_lines(keys: Mapping[str, str], profiles: Sequence[str]) -> Text:
    """Return every key with what it does."""
    text = Text()
    for key, words in _explained(keys, profiles):
        text.append(f"{key:>10} ", style="bold cyan").append(f" {words}\n")
    return text.append_text(legend_line())


def _explained(keys: Mapping[str, str], profiles: Sequence[str]) -> Iterator[tuple[str, str]]:
    for action in ACTIONS:
        if action != "help":
            yield key_name(keys[action]), str(EXPLAINED[action])
    yield "0-9 F B", _("go to the page of this number")
    yield "← → ↑ ↓", _("choose a page on the map; Home, End, PgUp and PgDn, too")
    numbered = [(key_name(keys[f"profile_{number}"]), name) for number, name in enumerate(profiles, 1)]
    if numbered:
        yield "", _("profile: {name}").format(name=", ".join(f"{key} {name}" for key, name in numbered))
