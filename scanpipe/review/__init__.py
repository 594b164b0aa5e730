"""The local web pages: what an operator sees of the scan in progress."""
