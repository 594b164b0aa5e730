"""What all answers of the review site share: the station, who reviews, and the threads in which flows run."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from scanpipe.errors import UsageError
from scanpipe.flows.station import LOCKS, Station, open_station, person_named
from scanpipe.review.site.live import ReviewLive
from scanpipe.review.site.pictures import ReviewPictures
from scanpipe.review.site.recipe_trials import Trials
from scanpipe.review.web.security import Address, give_cookie
from scanpipe.system.claims import Claims

PURPOSE: Final = "review"
_LARGEST_ROW = 2**63
P = ParamSpec("P")
T = TypeVar("T")


class Review:
    """A station as people review it, within one event loop.

    Flows run in threads, each with the station opened for it: with a read-only journal to look, with a journal that
    can be written to change. So nobody waits for whoever looks.
    """

    def __init__(self, folder: Path, *, address: Address, change_token: str, person: str = "") -> None:
        self.folder, self._change_token, self._suggested = folder, change_token, person
        self.pictures = ReviewPictures(folder)
        self.live = ReviewLive(folder)
        self.trials = Trials(folder)
        self._claims = Claims(folder / LOCKS, "review")
        self._address = address
        self._looking = ThreadPoolExecutor(2, "review-looks")
        self._changing = ThreadPoolExecutor(1, "review-changes")

    async def look(self, flow: Callable[Concatenate[Station, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a flow reads."""

        def looked() -> T:
            with open_station(self.folder) as station:
                return flow(station, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._looking, looked)

    async def change(
        self, person: str, flow: Callable[Concatenate[Station, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Have a flow change something in a person's name, as the shell would; one after the other."""

        def changed() -> T:
            with open_station(self.folder, purpose=PURPOSE, person=person) as station:
                return flow(station, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._changing, changed)

    async def read(self, reading: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function reads that opens what it needs."""
        return await asyncio.get_running_loop().run_in_executor(self._looking, partial(reading, *args, **kwargs))

    async def claim(self, book: int, page: str, *, holder: str, person: str) -> str:
        """Claim a page for a window; return who else has it open, "" for nobody."""
        taken = await self.read(self._claims.claim, f"{book} {page}", holder=holder, person=person)
        return taken.person if taken else ""

    async def release(self, holder: str) -> None:
        """Give up the page that a window had open."""
        await self.read(self._claims.release, holder)

    async def holder(self, book: int, page: str, *, but: str) -> str:
        """Return who has a page open in another window, "" for nobody."""
        others = await self.read(self._claims.others, but)
        return next((claim.person for claim in others if claim.thing == f"{book} {page}"), "")

    async def taken(self, book: int, *, but: str) -> dict[str, str]:
        """Return the pages of a book that are open in other windows, with who has them."""
        others = await self.read(self._claims.others, but)
        named = ((claim.thing.partition(" "), claim.person) for claim in others)
        return {page: person for (row, _blank, page), person in named if row == str(book)}

    def shared(self, request: Request) -> dict[str, str]:
        """Return what the templates of all pages need."""
        return {"person": self.person(request), "suggested": self._suggested, "change": self._change_token}

    def person(self, request: Request) -> str:
        """Return who reviews, "" where nobody said it yet."""
        try:
            return person_named(unquote(request.cookies.get(self._address.cookie("person"), "")))
        except UsageError:
            return ""

    def reviewer(self, request: Request) -> str:
        """Return who reviews.

        Raises:
            HTTPException: 403, nobody said it yet.
        """
        person = self.person(request)
        if not person:
            raise HTTPException(403)
        return person

    def remember(self, answer: Response, person: str) -> None:
        """Have the browser say from now on who reviews, until it is closed."""
        give_cookie(answer, self._address, "person", quote(person))

    def close(self) -> None:
        """End all that is under way but changes, which are finished."""
        self.pictures.close()
        self.trials.close()
        self._looking.shutdown(wait=True)
        self._changing.shutdown(wait=True)
        self._claims.close()


def row_of(request: Request, name: str) -> int:
    """Return the row that an address names.

    Raises:
        HTTPException: 404, no journal has so many rows.
    """
    row = int(request.path_params[name])
    if row >= _LARGEST_ROW:
        raise HTTPException(404)
    return row
