"""The scan in progress on the review site; it is watched from the first look on."""

import asyncio
from pathlib import Path

from starlette.routing import Route

from scanpipe.review.live.app import live_routes
from scanpipe.review.live.feed import LiveFeed


class ReviewLive:
    """What the review site shows of the scan in progress, within one event loop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._feed: LiveFeed | None = None
        self._watching: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Return the addresses of the live view."""
        return live_routes(self._folder, self.feed, path="/live", here="live")

    def feed(self) -> LiveFeed:
        """Return what is shown, and begin to watch."""
        if self._feed is None:
            self._feed = LiveFeed(self._folder)
            self._watching = asyncio.create_task(self._feed.watch())
        return self._feed

    def end(self) -> None:
        """End the streams of all pages that are open."""
        if self._feed:
            self._feed.close()

    async def ended(self) -> None:
        """End all that is under way."""
        self.end()
        if self._watching:
            await self._watching
