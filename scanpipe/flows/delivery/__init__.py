"""From accepted pages to a published revision and what goes with it."""
