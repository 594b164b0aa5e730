"""The morning report: what the nights did, how the station stands, and what needs a person first."""
