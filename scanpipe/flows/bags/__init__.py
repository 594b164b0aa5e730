"""Books on their way from one machine to another, as BagIt bags."""
