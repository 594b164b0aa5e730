"""From the page-set rule of a book, or its page index, to its cases."""
