"""The numbers that an endorser prints on the sheets of a run: each follows the one before it. Pure.

A number is printed on each sheet that the scanner moves. So numbers that nobody received say that their sheets gave no
picture, and a number that comes again says that a sheet may have gone in twice.
"""

from dataclasses import dataclass, replace
from typing import Self

from scanpipe.messages import LazyText, lazy, lazy_counted


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberGap:
    """A sheet has the number `printed` where `expected` should follow, in steps of `step`."""

    printed: int
    expected: int
    step: int

    @property
    def text(self) -> LazyText:
        """Why the run stops."""
        return lazy(
            "The last sheet has the number {printed}, but {expected} should follow.",
            printed=self.printed,
            expected=self.expected,
        )

    @property
    def missing(self) -> int:
        """How many sheets were numbered and gave no picture."""
        return max(0, (self.printed - self.expected) // self.step)

    @property
    def remedy(self) -> LazyText:
        """Which sheets are to be put back."""
        if not self.missing:
            return lazy(
                "Its picture is kept, but on no page. Compare the sheet with the page before it. If it is another one, "
                "put it back."
            )
        return lazy_counted(
            "No picture came of the sheet with the number {first}. Put it back, and the last sheet after it.",
            "No picture came of {n} sheets, from number {first} to {last}. Put them back, and the last sheet after "
            "them.",
            self.missing,
            first=self.expected,
            last=self.printed - self.step,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumbers:
    """The numbers of a run: `last` is that of the sheet before, None where no number is known to go before."""

    step: int
    last: int | None = None

    def read(self, printed: int | None) -> tuple[Self, NumberGap | None]:
        """Return what follows a sheet with that number, and the gap before it, if there is one."""
        if printed is None:
            return self, None
        after = replace(self, last=printed)
        if self.last is None or printed == self.last + self.step:
            return after, None
        return after, NumberGap(printed=printed, expected=self.last + self.step, step=self.step)
