"""The ZIPs of a book: written the same each time, read as if hostile."""
