"""Closed vocabularies: codes for records and scripts, put into words when they are shown."""
