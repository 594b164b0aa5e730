"""The journal's tables: append-only facts, and views of what is current.

Facts are not updated, nor deleted; triggers see to it. Each migration runs in one transaction with its own record.
"""

from scanpipe.state.schema.backups import BACKUPS
from scanpipe.state.schema.changes import CHANGES
from scanpipe.state.schema.edits import EDITS
from scanpipe.state.schema.facts import FACTS, VIEWS
from scanpipe.state.schema.feeds import FEEDS
from scanpipe.state.schema.files import FILES
from scanpipe.state.schema.finishes import FINISHES
from scanpipe.state.schema.guards import guards
from scanpipe.state.schema.moves import MOVES
from scanpipe.state.schema.newest import NEWEST
from scanpipe.state.schema.nights import NIGHTS
from scanpipe.state.schema.qa import NOTES, QA
from scanpipe.state.schema.statements import COLUMNS, ORDER, STATED, WORKBOOKS, WRITING
from scanpipe.state.schema.tickets import TICKETS
from scanpipe.state.schema.typed import TYPED
from scanpipe.state.schema.verdicts import SAID

_FIRST_TABLES = (
    *("book", "statement", "sheet", "sheet_end", "capture", "placement"),
    *("recipe", "version", "failure", "verdict", "document", "delivery"),
)

MIGRATIONS: tuple[str, ...] = (
    FACTS + VIEWS + guards(*_FIRST_TABLES),
    WORKBOOKS,
    COLUMNS + STATED + guards("set_aside", "page_statement", "book_closing"),
    ORDER,
    WRITING,
    FILES + guards("sheet", "capture", "verdict", "document", "revision_file"),
    FEEDS + guards("feed", "feed_end", "selftest"),
    EDITS + guards("edit"),
    QA + guards("qa_lot", "qa_page", "second_opinion"),
    NOTES,
    FINISHES + guards("book_finish"),
    SAID,
    TYPED + guards("typed_cell", "typed_merged"),
    NEWEST,
    TICKETS + guards("ticket"),
    MOVES + guards("book_move"),
    CHANGES,
    NIGHTS + guards("night", "night_end", "store_reading"),
    BACKUPS + guards("backup_target", "backup", "freed_master"),
)
