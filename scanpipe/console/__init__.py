"""The operator's console: a terminal that he never has to leave, from the first sheet of a book to the last."""
