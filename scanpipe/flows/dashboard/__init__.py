"""The station in figures: its books, its work, and who waits for what."""
