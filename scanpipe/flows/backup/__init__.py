"""Copies of the whole station on other disks: made, read back, restored; and masters that only they hold."""
