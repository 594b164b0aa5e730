"""From masters to page versions, and the verdicts on them."""
