"""The local web pages: the scan in progress, and the desk where a person judges pages."""
