"""A package read again: what a portal could reject, and what changed since the last one."""
