"""What the local web pages have in common: who may ask, what serves them, templates and static files."""
