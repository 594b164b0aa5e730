"""The words of the console: actions, keys, cells of the map, how paper goes in. Put into words when they are shown."""

from typing import Final

from scanpipe.console.state import Doing
from scanpipe.errors import CoverOpen, DeviceBusy, FeederEmpty, PaperJam, ScanpipeError
from scanpipe.flows.work.page_map import Cell
from scanpipe.messages import LazyText, lazy

ACTIONS: Final = {
    "scan": lazy("Scan"),
    "feed": lazy("Feed stack"),
    "stop": lazy("Stop/Back"),
    "rescan": lazy("Rescan last"),
    "replace": lazy("Replace page"),
    "insert_before": lazy("Insert before"),
    "insert_after": lazy("Insert after"),
    "move": lazy("Move page"),
    "blank": lazy("Blank"),
    "damaged": lazy("Damaged"),
    "missing": lazy("Not in book"),
    "finish": lazy("Finish book"),
    "undo": lazy("Undo"),
    "redo": lazy("Redo"),
    "duplex": lazy("Sides"),
    "spread": lazy("Spreads"),
    "live": lazy("Live picture"),
    "help": lazy("All keys"),
}
"""Short names, as they stand beside the keys."""

EXPLAINED: Final = {
    "scan": lazy("scan the next page; on the glass: the page lies there"),
    "feed": lazy("scan the whole stack in the feeder"),
    "stop": lazy("stop after the sheet under way; where nothing runs, back to the list of books"),
    "rescan": lazy("scan the last page again; the old picture is kept in the store"),
    "replace": lazy("scan the page chosen on the map again"),
    "insert_before": lazy("make room before the chosen page for a page that was left out"),
    "insert_after": lazy("make room after the chosen page"),
    "move": lazy("move the chosen page to another place"),
    "blank": lazy("state that the chosen page is blank; again: take it back"),
    "damaged": lazy("state that the chosen page is damaged; again: take it back"),
    "missing": lazy("state that the paper book lacks the chosen page; again: take it back"),
    "finish": lazy("compare the pages with the totals that the book states, and finish the book"),
    "undo": lazy("undo the last thing that you did to this book"),
    "redo": lazy("do again what was undone"),
    "duplex": lazy("one side, both sides, glass, or all fronts and then all backs"),
    "spread": lazy("split each picture of the body into two pages, or not"),
    "live": lazy("show the pictures large in the browser"),
    "help": lazy("show and hide this list"),
    "profile": lazy("scan with the scanner profile of this number"),
}

CELLS: Final = {
    Cell.EMPTY: lazy("not scanned"),
    Cell.CAPTURED: lazy("scanned"),
    Cell.WARNED: lazy("look at it"),
    Cell.SENT_BACK: lazy("sent back"),
    Cell.ACCEPTED: lazy("accepted"),
    Cell.ABSENT: lazy("not in the book"),
    Cell.LOST: lazy("put back"),
}

SIGNS: Final = {
    Cell.EMPTY: "·",
    Cell.CAPTURED: "■",
    Cell.WARNED: "!",
    Cell.SENT_BACK: "←",
    Cell.ACCEPTED: "✓",
    Cell.ABSENT: "×",
    Cell.LOST: "?",
}
"""One sign for each page, so that the map is read without colours, too."""

COLOURS: Final = {
    Cell.EMPTY: "dim",
    Cell.CAPTURED: "bright_green",
    Cell.WARNED: "bold black on yellow",
    Cell.SENT_BACK: "bold white on red",
    Cell.ACCEPTED: "bold cyan",
    Cell.ABSENT: "dim strike",
    Cell.LOST: "bold white on magenta",
}

DOING: Final = {
    Doing.IDLE: lazy("ready"),
    Doing.STARTING: lazy("starting"),
    Doing.MOVING: lazy("scanning"),
    Doing.ASKING: lazy("waiting for you"),
    Doing.STOPPING: lazy("stopping after this sheet"),
}

_PAPERS: Final = {
    "": lazy("as the profile says"),
    "flatbed": lazy("glass, page by page"),
    "feeder": lazy("feeder, one side"),
    "duplex": lazy("feeder, both sides"),
    "fronts": lazy("all fronts first"),
    "backs": lazy("then all backs"),
}

_KEYS: Final = {
    "space": lazy("Space"),
    "enter": lazy("Enter"),
    "escape": lazy("Esc"),
    "backspace": lazy("Backspace"),
    "tab": lazy("Tab"),
}


def paper_name(paper: str) -> LazyText:
    """Return how paper goes in."""
    return _PAPERS[paper]


def key_name(key: str) -> str:
    """Return a key as it is written on keyboards: "ctrl+z" is ^Z, "f5" is F5."""
    if key in _KEYS:
        return str(_KEYS[key])
    parts = key.split("+")
    last = parts[-1].upper() if parts[-1] else "+"
    if parts[:-1] == ["ctrl"]:
        return f"^{last}"
    return "+".join((*(part.capitalize() for part in parts[:-1]), last))


# The errors' own remedies end in "run the same command again", which is no word of the console.
_REMEDIES: Final[tuple[tuple[type[ScanpipeError], LazyText], ...]] = (
    (PaperJam, lazy("Take the sheet out, smooth it, put it back on top of the stack, and scan on.")),
    (CoverOpen, lazy("Close the cover, put the sheet back on top of the stack, and scan on.")),
    (FeederEmpty, lazy("Put in the next sheets, and scan on.")),
    (DeviceBusy, lazy("Close other programs that scan, wait a little, and scan on.")),
)


def remedy_here(error: ScanpipeError) -> LazyText | str:
    """Return what to do about an error at the console."""
    return next((text for kind, text in _REMEDIES if isinstance(error, kind)), error.remedy)
