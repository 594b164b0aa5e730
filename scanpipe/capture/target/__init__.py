"""The target sheet of the self-test: where everything stands on it, and what a scan of it tells about the scanner."""
