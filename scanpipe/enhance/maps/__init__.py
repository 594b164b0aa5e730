"""What is measured once on a page and used by many: background, ink, strokes, lines, seals."""
