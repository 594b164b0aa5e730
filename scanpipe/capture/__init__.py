"""From paper or files to masters: nothing that was scanned may be lost."""
