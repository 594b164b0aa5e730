"""What makes it impossible to lose a page: blobs by content, facts in an append-only journal."""
