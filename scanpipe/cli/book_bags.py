"""`scanpipe book export` and `book import`: books move from one machine to another."""

from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from scanpipe.cli.exit_code import ATTENTION
from scanpipe.cli.options import book_argument, person
from scanpipe.cli.render import pulse, say, tell
from scanpipe.messages import _, counted

if TYPE_CHECKING:
    from scanpipe.flows.bags.receive import Imported

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(
    "export",
    help=_(
        "Move a book to another machine: write it as a BagIt bag into FOLDER, with its scans, everything made of them, "
        "all facts, and checksums. From then on no list of this station names the book, and nothing changes it here. "
        "Everything is kept. To get the book back, import its newest bag.\n\n"
        "Example: scanpipe book export KS.2010.01 /media/disk"
    ),
)
@book_argument
@click.argument("target", metavar="FOLDER", type=_FOLDER)
@click.pass_obj
def export(folder: Path, name: str, target: Path) -> int:
    """Write a bag."""
    from scanpipe.flows.bags.export import export_book
    from scanpipe.flows.station import open_station

    opened = open_station(folder, purpose="book export", person=person())
    with opened as station, _still(_("{book}: writing the bag, {minutes:.1f} minutes so far"), name):
        done = export_book(station, name, target)
    tell(str(done.bag))
    say(
        counted(
            "{book} was exported with {n} stored file.",
            "{book} was exported with {n} stored files.",
            done.files,
            book=done.book,
        )
    )
    for digest in done.lost:
        say(_("LOOK: the stored file {digest} is missing or damaged, and is not in the bag.").format(digest=digest))
    say(_("Next, on the other machine: scanpipe book import {bag}").format(bag=done.bag.name))
    return ATTENTION if done.lost else 0


@click.command(
    "import",
    help=_(
        "Take a book over from a bag. All of the bag is read and compared with its checksums before anything is "
        "written. Repeating the command is harmless.\n\n"
        "Example: scanpipe book import /media/disk/14758@2025-06-30_KS.2010.01"
    ),
)
@click.argument("bag", metavar="BAG", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.pass_obj
def import_(folder: Path, bag: Path) -> int:
    """Read a bag."""
    from scanpipe.flows.bags.receive import import_book
    from scanpipe.flows.station import open_station

    opened = open_station(folder, purpose="book import", person=person())
    with opened as station, _still(_("{book}: reading the bag, {minutes:.1f} minutes so far"), bag.name):
        done = import_book(station, bag)
    say(_outcome(done))
    for notice in done.notices:
        say(_("LOOK: {text}").format(text=notice))
    return ATTENTION if done.notices else 0


def _still(line: str, name: str) -> AbstractContextManager[None]:
    since = monotonic()
    return pulse(lambda: line.format(book=name, minutes=(monotonic() - since) / 60))


def _outcome(done: "Imported") -> str:
    if done.written:
        return _("{book} was imported. Work on it here from now on.").format(book=done.book)
    if done.standing == "same":
        return _("{book} is here already, with the same facts. Nothing was changed.").format(book=done.book)
    return _("{book} is here already, with later facts than in the bag. Nothing was changed.").format(book=done.book)
