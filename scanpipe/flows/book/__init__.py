"""A book on the station: opened, told how it stands, put in order, made ready."""
