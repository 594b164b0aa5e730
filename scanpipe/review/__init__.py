"""The local web pages: the scan in progress, and the site where a person judges pages."""
