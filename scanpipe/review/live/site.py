"""The live view as a server serves it: what answers, and what watches the journal beside."""

from pathlib import Path

from starlette.types import ASGIApp

from scanpipe.review.live.app import live_app
from scanpipe.review.live.feed import LiveFeed
from scanpipe.review.web.security import Address, Guard


class LiveSite:
    """The live view of the station in `folder`, within one event loop."""

    def __init__(self, folder: Path, *, address: Address, token: str) -> None:
        self.feed = LiveFeed(folder)
        self.app: ASGIApp = Guard(app=live_app(folder, self.feed), address=address, token=token)

    async def work(self) -> None:
        """Watch the journal until closed."""
        await self.feed.watch()

    def end_streams(self) -> None:
        """End the streams of all pages that are open."""
        self.feed.close()

    def close(self) -> None:
        """End the watch, all streams, and all work that is under way."""
        self.feed.close()
