"""What is done to a page: its recipe and the language it is read in, under one id."""

import hashlib
from dataclasses import dataclass

from scanpipe.enhance.recipe import AnyRecipe, AutoRecipe, record_of
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.station import Station
from scanpipe.model import Book
from scanpipe.state.journal import json_text

_READING = 2  # to be raised where `ocr` or `enhance/ocr_image.py` make another text of the same enhanced page


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingSpec:
    """A recipe, or rules that choose one, and a language; versions made under an equal id are equal."""

    recipe: AnyRecipe
    language: str

    @property
    def id(self) -> str:
        """sha256 of the recipe's own id, the language and how pages are read."""
        return hashlib.sha256(json_text([self.recipe.id, self.language, _READING]).encode()).hexdigest()

    @property
    def name(self) -> str:
        """The recipe's name."""
        return self.recipe.name

    @property
    def body(self) -> str:
        """The whole of it as JSON, as it goes into the journal and to workers."""
        kind = "auto" if isinstance(self.recipe, AutoRecipe) else "recipe"
        return json_text({kind: record_of(self.recipe), "language": self.language})


def processing_spec(station: Station, recipe: str) -> ProcessingSpec:
    """Return what the recipe file `recipe` means on this station, with its language.

    Raises:
        ConfigError: no such recipe, or it is wrong.
    """
    return ProcessingSpec(recipe=load_recipe(recipe, station.folder), language=station.settings.process.language)


def book_spec(station: Station, book: Book) -> ProcessingSpec:
    """Return how pages are processed that nobody asked another recipe for."""
    return processing_spec(station, book.recipe)
