"""Progress over stations: each writes a signed file of figures, any number of them are merged."""
