"""What a person sees who judges the pages of a book, and what she says of them."""
