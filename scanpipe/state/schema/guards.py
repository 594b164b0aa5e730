"""What keeps the journal append-only."""


def guards(*tables: str) -> str:
    """Return the triggers that keep tables append-only."""
    return "".join(
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
        f"BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;\n"
        for table in tables
        for verb in ("update", "delete")
    )
