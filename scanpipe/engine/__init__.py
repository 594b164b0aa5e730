"""Runs many small jobs and yields one outcome for each."""
