"""From an enhanced page to a PDF: within the budget, proven, read, signed."""
