"""From paper registers to verified upload packages."""
