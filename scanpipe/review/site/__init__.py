"""Where a person judges the pages of books all day."""
