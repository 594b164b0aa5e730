"""The unattended run of a night: what it does, in which order, until when, and what it tells in the morning."""
