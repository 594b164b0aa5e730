"""From paper or image files to masters: which sheet goes where, and what happens meanwhile."""
