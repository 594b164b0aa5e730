"""From an enhanced page to a PDF: within the budget, checked, read, signed."""
