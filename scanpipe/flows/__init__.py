"""The only code that joins stages, state and engine; reading this folder is reading the path."""
