"""Something that needs a person in the morning: a code, and a text that is put into words when it is read."""

from dataclasses import dataclass

from scanpipe.messages import LazyText, text_from_json, text_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """What needs a person: of which book ("" for the station), what kind of thing, and its text as it is kept."""

    code: str
    kept: str
    book: str = ""

    @classmethod
    def of(cls, code: str, text: LazyText | str, *, book: object = "") -> "Attention":
        """Return what is told with this text."""
        return cls(code=code, kept=text_to_json(text), book=str(book))

    @property
    def text(self) -> str:
        """It, in words."""
        return str(text_from_json(self.kept))

    def __str__(self) -> str:
        return f"{self.book}: {self.text}" if self.book else self.text
