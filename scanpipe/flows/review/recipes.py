"""Which recipes a page can be processed with."""

from scanpipe.flows.station import Station
from scanpipe.settings.toml_files import names


def recipe_names(station: Station) -> tuple[str, ...]:
    """Return the names of the shipped recipes and of the station's own."""
    return names("recipes", station.folder)
