"""What goes with a book: manifest, report, delivery note."""
