"""TOML files to frozen settings: unknown keys and bad ranges are refused with file, line and key."""
