"""What enhancement will make of a capture, made by one process that gives way to all others."""

import base64
from dataclasses import dataclass
from pathlib import Path

from scanpipe.engine.base import Job
from scanpipe.engine.lone_worker import LoneWorker
from scanpipe.enhance.recipe import AutoRecipe, record_of
from scanpipe.errors import ScanpipeError
from scanpipe.flows.pictures.live_page import ShownCapture
from scanpipe.flows.recipes import load_recipe
from scanpipe.flows.station import STORE
from scanpipe.messages import LazyText

_TASK = "scanpipe.flows.pictures.preview_task:enhance_for_screen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A capture enhanced, as JPEG; or why there is none. Its key is another where its recipe or its parts are."""

    key: str = ""
    jpeg: bytes = b""
    failure: LazyText | str = ""


class PreviewMaker:
    """Enhances captures of the station in `folder` one by one; nothing of it is kept on the station."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._worker = LoneWorker()

    def preview(self, shown: ShownCapture, recipe: str = "") -> Preview | None:
        """Enhance a capture by a recipe, else by its book's, and wait for it; None once this was ended."""
        try:
            job = self._job(shown, recipe or shown.book.recipe)
        except ScanpipeError as error:
            return Preview(failure=error.text)
        outcome = self._worker.perform(_TASK, job)
        if outcome is None:
            return None
        if outcome.failure or outcome.result is None:
            return Preview(key=job.key, failure=outcome.failure.why if outcome.failure else "")
        return Preview(key=job.key, jpeg=base64.b64decode(outcome.result["jpeg"]))

    def end(self) -> None:
        """Kill the process, whatever it does; safe from any thread."""
        self._worker.end()

    def _job(self, shown: ShownCapture, name: str) -> Job:
        recipe = load_recipe(name, self._folder)
        halves = [region for region in shown.regions if region]
        made_by = {"auto" if isinstance(recipe, AutoRecipe) else "recipe": record_of(recipe)}
        store = str(self._folder / STORE)
        data = {"store": store, "digest": shown.digest, "dpi": shown.dpi, "regions": halves, **made_by}
        return Job(key=f"{recipe.id[:16]}-{''.join(half[0] for half in halves)}", data=data)
