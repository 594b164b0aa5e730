"""`scanpipe book`: open, change, list and show books."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanpipe.cli.book_bags import export, import_
from scanpipe.cli.book_statements import close, drop, finish, reopen
from scanpipe.cli.options import book_argument, details_options, json_option, person, reason_option, ticket_option
from scanpipe.cli.render import say, show_json, show_table, tell
from scanpipe.errors import UsageError
from scanpipe.messages import _, counted, lazy

if TYPE_CHECKING:
    from scanpipe.flows.book.books import BookFacts
    from scanpipe.flows.book.counts import BookCounts
    from scanpipe.flows.book.reorder import MovedPages
    from scanpipe.flows.book.undo import Undone
    from scanpipe.flows.station import Station
    from scanpipe.model import Book, PageSetRule


class _BookGroup(click.Group):
    """The commands about books; what is stated about pages is found under `page`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the command that is meant."""
        if args and args[0] in ("missing", "damaged", "blank"):
            raise UsageError(
                lazy("'book' states nothing about single pages."),
                remedy=lazy("Run: scanpipe page mark BOOK {state} PAGE...", state=args[0]),
            )
        return super().resolve_command(ctx, args)


@click.group(cls=_BookGroup, help=_("Open, change, list and show books."))
def book() -> None:
    """Group the commands about books."""


@book.command(
    help=_(
        "Open a book: KIND is KS (births), KH (marriages), KT (deaths) or another kind of the convention.\n\n"
        "Example: scanpipe book add KS --year 2010 --volume 1 --unit 14758 --pages 100 --cases 97 --front 1"
    )
)
@click.argument("kind", metavar="KIND")
@click.option("--year", type=click.IntRange(1850, 2199), required=True, metavar="Y", help=_("Year of the book."))
@click.option("--volume", type=click.IntRange(1, 99), required=True, metavar="V", help=_("Volume within the year."))
@click.option(
    "--unit",
    required=True,
    metavar="CODE[@LIST]",
    help=_("Code of the issuing commune, in the list that was in use in the year of the book."),
)
@details_options
@click.pass_obj
def add(folder: Path, /, kind: str, year: int, volume: int, unit: str, **details: Any) -> None:
    """Open a book."""
    from scanpipe.flows.book.books import BookDetails, add_book
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book add", person=person()) as station:
        opened = add_book(station, kind=kind, year=year, volume=volume, unit=unit, details=BookDetails(**details))
    issuer = f"{opened.unit_name} {opened.id.unit_folder}".strip()
    say(_("Book {book} of {unit} is open.").format(book=opened.id, unit=issuer))
    say(_("Next: scanpipe capture {label}").format(label=opened.id.label))


@book.command(
    help=_(
        "Change the particulars of a book. The report of the next revision lists each change.\n\n"
        'Example: scanpipe book amend KS.2010.01 --pages 102 --ticket "CV 17"'
    )
)
@book_argument
@details_options
@reason_option
@ticket_option
@click.pass_obj
def amend(folder: Path, /, name: str, reason: str, ticket: str, **details: Any) -> None:
    """Change what a book states."""
    from scanpipe.flows.book.books import BookDetails
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.book.reorder import amend as run
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book amend", person=person()) as station:
        changed = run(station, name, BookDetails(**details), why=ChangeReason(reason=reason, ticket=ticket))
    say(_("Book {book} was changed.").format(book=changed.book.id))
    if changed.placed:
        text = _("Captures without a place were placed on pages {pages}.")
        say(text.format(pages=", ".join(map(str, changed.placed))))
    tell_judged_again(changed.moved)


def tell_judged_again(moved: "MovedPages | Undone") -> None:
    """Tell which pages lost their verdicts."""
    if moved.judged_again:
        pages = ", ".join(map(str, moved.judged_again))
        say(_("These pages lost their verdicts and must be judged again: {pages}.").format(pages=pages))


@book.command(
    help=_(
        "Move PAGE and all body pages after it by N places. Use --by -1 to remove the page before PAGE, for example "
        "one that was captured twice. To make room for a page that was left out, use 'scanpipe page insert'; to move "
        "one page, 'scanpipe page move'. No page is scanned or processed again. Every capture is kept. The moved "
        "pages must be judged again.\n\n"
        "Example: scanpipe book shift KS.2010.01 12 --by=-1"
    )
)
@book_argument
@click.argument("page", metavar="PAGE")
@click.option(
    "--by",
    type=click.IntRange(-99, 99),
    required=True,
    metavar="N",
    help=_("Number of places; a negative number moves towards the front."),
)
@reason_option
@ticket_option
@click.pass_obj
def shift(folder: Path, name: str, page: str, by: int, reason: str, ticket: str) -> None:
    """Move pages."""
    from scanpipe.flows.book.reorder import ChangeReason
    from scanpipe.flows.book.reorder import shift as run
    from scanpipe.flows.station import open_station

    with open_station(folder, purpose="book shift", person=person()) as station:
        moved = run(station, name, page, by=by, why=ChangeReason(reason=reason, ticket=ticket))
    say(counted("{n} page moved.", "{n} pages moved.", len(moved.pages)))
    tell_judged_again(moved)


for command in (finish, drop, close, reopen, export, import_):
    book.add_command(command)


@book.command("list", help=_("List the books of the station.\n\nExample: scanpipe book list --json"))
@click.option("--closed", is_flag=True, help=_("List the closed books instead."))
@click.option("--exported", is_flag=True, help=_("List the books that left this machine in a bag instead."))
@json_option
@click.pass_obj
def list_books(folder: Path, *, closed: bool, exported: bool, as_json: bool) -> None:
    """List books with how many of their pages stand where."""
    from scanpipe.flows.book.counts import all_book_counts
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        if closed:
            _show_closed(station, as_json=as_json)
            return
        if exported:
            _show_exported(station, as_json=as_json)
            return
        rows = [_summary(row.book, counts) for row, counts in all_book_counts(station)]
    if as_json:
        show_json(rows)
    else:
        headers = [_("Book"), _("Unit"), _("Pages"), _("Accepted"), _("To do"), _("Cases"), _("Revision")]
        show_table(headers, [list(row.values()) for row in rows])


def _show_closed(station: "Station", *, as_json: bool) -> None:
    from scanpipe.flows.book.statements import closed_books

    rows = closed_books(station)
    if as_json:
        show_json(rows)
    else:
        headers = [_("Book"), _("Unit"), _("Closed by"), _("Reason"), _("When")]
        show_table(headers, [[row.book, row.unit, row.person, row.reason, row.at[:10]] for row in rows])


def _show_exported(station: "Station", *, as_json: bool) -> None:
    from scanpipe.flows.book.statements import exported_books

    rows = exported_books(station)
    if as_json:
        show_json(rows)
    else:
        headers = [_("Book"), _("Unit"), _("Exported by"), _("When")]
        show_table(headers, [[row.book, row.unit, row.person, row.at[:10]] for row in rows])


@book.command(help=_("Show one book, page by page.\n\nExample: scanpipe book show 14758/KS.2010.01"))
@book_argument
@json_option
@click.pass_obj
def show(folder: Path, name: str, *, as_json: bool) -> None:
    """Show a book's terms, pages, cases, revisions and what stands in the way of its delivery."""
    from scanpipe.flows.book.books import book_facts
    from scanpipe.flows.book.counts import counts_of
    from scanpipe.flows.book.readiness import blockers, notices
    from scanpipe.flows.station import open_station

    with open_station(folder) as station:
        facts = book_facts(station, name)
    if as_json:
        awaited = [replace(page, detail=str(page.detail)) for page in facts.awaited]
        details = {"terms": facts.book, "page_list": _pages(facts), "awaited": awaited}
        finished = facts.finished and replace(facts.finished, lacking=str(facts.finished.lacking))
        details["finished"] = finished
        details["deliveries"] = [
            {"revision": row.revision, "at": row.at, "person": row.person} for row in facts.deliveries
        ]
        found = {"blockers": blockers(facts), "notices": notices(facts)}
        coded = {key: [{"code": each.code, "text": str(each)} for each in each_of] for key, each_of in found.items()}
        # The same in words alone, for scripts that read these keys.
        words = {"obstacles": map(str, found["blockers"]), "questions": map(str, found["notices"])}
        show_json(
            {
                **_summary(facts.book, counts_of(facts)),
                **details,
                **coded,
                **{key: list(lines) for key, lines in words.items()},
            }
        )
        return
    show_table([_("Item"), _("Value")], list(_terms(facts)))
    tell("")
    headers = [_("Page"), _("Status"), _("Recipe"), _("Attention")]
    show_table(headers, [list(page.values()) for page in _pages(facts, named=True)])
    if facts.deliveries:
        tell("")
        rows = [[row.revision, row.at[:10], row.person or "-"] for row in facts.deliveries]
        show_table([_("Revision"), _("When"), _("Delivered by")], rows)
    for blocker in blockers(facts):
        say(_("Prevents delivery: {obstacle}").format(obstacle=blocker))
    for notice in notices(facts):
        say(_("Note: {question}").format(question=notice))


def _summary(book: "Book", counts: "BookCounts") -> dict[str, Any]:
    return {
        "book": str(book.id),
        "unit": f"{book.id.unit_folder} {book.unit_name}".strip(),
        "pages": counts.scanned,
        "accepted": counts.accepted,
        "to_do": counts.pages - counts.accepted,
        "cases": counts.cases,
        "revision": counts.revision,
    }


def _pages(facts: "BookFacts", *, named: bool = False) -> list[dict[str, Any]]:
    from scanpipe.flows.book.plan import ProcessedPage
    from scanpipe.flows.book.readiness import STATUS_NAMES
    from scanpipe.vocabularies.flags import explain_all

    return [
        {
            "page": state.page.label,
            "status": str(STATUS_NAMES[state.status]) if named else str(state.status),
            "recipe": state.version.recipe_name if isinstance(state, ProcessedPage) else "",
            "flags": explain_all(state.flags) if named else ", ".join(state.flags),
        }
        for state in facts.pages
    ]


def _rule(rule: "PageSetRule") -> str:
    if rule.kind == "index":
        return counted("as listed in an index of {n} row", "as listed in an index of {n} rows", len(rule.rows))
    if rule.kind == "starts":
        return counted(
            "{n} case, from its first page on", "{n} cases, each from its first page to the next case", len(rule.rows)
        )
    if rule.kind == "pages":
        return counted("a case is {n} page", "a case is {n} pages", rule.count)
    return counted("{n} case on each page", "{n} cases on each page", rule.count)


def _finished(facts: "BookFacts") -> str:
    if facts.finished is None:
        return "-"
    told = _("by {person} on {day}").format(person=facts.finished.person, day=facts.finished.at[:16].replace("T", " "))
    return "; ".join(filter(None, (told, str(facts.finished.lacking))))


def _terms(facts: "BookFacts") -> list[tuple[str, object]]:
    book = facts.book
    return [
        (_("Book"), book.id),
        (_("Unit"), f"{book.id.unit_folder} {book.unit_name}".strip()),
        (_("Pages stated"), book.pages or "-"),
        (_("Cases stated"), book.cases or "-"),
        (_("Rule"), _rule(book.rule)),
        (_("Front and back pages"), f"{book.front} + {book.back}"),
        (_("Cases found"), len(facts.sets.sets)),
        (_("Spreads"), _("each kept as one page") if book.spreads == "keep" else _("each split into two pages")),
        (_("Convention"), book.convention),
        (_("Due"), book.due or "-"),
        (_("Finished"), _finished(facts)),
        (_("Revision"), facts.deliveries[-1].revision if facts.deliveries else "-"),
    ]
