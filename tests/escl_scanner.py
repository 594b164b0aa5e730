"""An eSCL network scanner without hardware: capabilities, status, scan jobs, documents; and what can go wrong with it.

Source: Mopria eSCL Technical Specification 2.97, and what sane-airscan 0.99.27 asks of a scanner.
"""

import io
import threading
import uuid
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from xml.etree import ElementTree

from PIL import Image

Fault = Literal[
    "jam",
    "double_feed",
    "door",
    "hatch",
    "gone",
    "drop_length",
    "drop_chunk",
    "drop_close",
    "stall",
    "short",
    "busy",
]
Source = Literal["Platen", "Feeder"]

UNITS_PER_INCH = 300
_NAMES = {
    "pwg": "http://www.pwg.org/schemas/2010/12/sm",
    "scan": "http://schemas.hp.com/imaging/escl/2011/05/03",
}
_SPACES = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMES.items())
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
_ADF_STATES: dict[Fault, str] = {
    "jam": "ScannerAdfJam",
    "double_feed": "ScannerAdfMultipickDetected",
    "door": "ScannerAdfDoorOpen",
    "hatch": "ScannerAdfHatchOpen",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a scan job asks for: its region in pixels of its resolution."""

    source: Source
    duplex: bool
    colour: bool
    dpi: int
    width: int
    height: int
    format: str


@dataclass(slots=True, kw_only=True)
class Tray:
    """What lies in the scanner: a page on the glass, sheets (front and back) in the feeder; and what will happen.

    `faults` tells what happens to the image of that number, counted from 1 since the scanner was started, once.
    `drawn` counts the sheets that left the feeder, `jobs` keeps what was asked for.
    """

    glass: Image.Image
    sheets: deque[Sequence[Image.Image]] = field(default_factory=deque)
    faults: dict[int, Fault] = field(default_factory=dict)
    formats: tuple[str, ...] = ("image/jpeg",)
    adf_state: str = ""
    drawn: int = 0
    images: int = 0
    jobs: list[Asked] = field(default_factory=list)


class Job:
    """A scan job under way: the sides of the sheet that was drawn in and were not fetched yet."""

    def __init__(self, asked: Asked, tray: Tray) -> None:
        self.asked, self._tray = asked, tray
        self._sides: deque[Image.Image] = deque()
        self._glass_done = False

    def next(self) -> Image.Image | None:
        """Return the next side, None at the end."""
        if self.asked.source == "Platen":
            done, self._glass_done = self._glass_done, True
            return None if done else self._tray.glass
        if not self._sides and self._tray.sheets:
            self._tray.drawn += 1
            self._sides.extend(self._tray.sheets.popleft()[: 2 if self.asked.duplex else 1])
        return self._sides.popleft() if self._sides else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests free of requests."""

    def do_GET(self) -> None:
        place = self.path.rpartition("/")[2]
        if place == "ScannerCapabilities":
            self._answer(200, "text/xml", _capabilities(self.server.tray).encode())
        elif place == "ScannerStatus":
            self._answer(200, "text/xml", self.server.status().encode())
        elif place == "NextDocument":
            self._next_document()
        else:
            self._answer(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        job = self.server.start_job(_asked(body))
        if job is None:
            self._answer(409)
        else:
            self._answer(201, location=f"/eSCL/ScanJobs/{job}")

    def do_DELETE(self) -> None:
        self.server.end_job()
        self._answer(200)

    def _next_document(self) -> None:
        job, tray = self.server.job, self.server.tray
        image = job.next() if job else None
        if job is None or image is None:
            self.server.end_job()
            self._answer(404)
            return
        tray.images += 1
        fault = tray.faults.pop(tray.images, None)
        if fault is None:
            self._answer(200, job.asked.format, _encoded(image, job.asked))
        else:
            self._fail(fault, image, job.asked)

    def _fail(self, fault: Fault, image: Image.Image, asked: Asked) -> None:
        if fault == "short":
            kept = image.crop((0, 0, image.width, image.height // 2))
            self._answer(200, asked.format, _encoded(kept, asked, height=asked.height // 2))
        elif fault == "stall" or fault.startswith("drop"):
            self._drop(fault, asked.format, _encoded(image, asked))
        elif fault == "busy":
            self.server.put_back(image)
            self._answer(503)
        else:
            self.server.tray.adf_state = _ADF_STATES.get(fault, "")
            self.server.end_job()
            self._answer(404)

    def _drop(self, fault: Fault, kind: str, data: bytes) -> None:
        """Send half of a document and hang up, or say nothing more until the scanner is switched off."""
        half = data[: len(data) // 2]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if fault in ("drop_length", "stall"):
            self.send_header("Content-Length", str(len(data)))
        elif fault == "drop_chunk":
            self.send_header("Transfer-Encoding", "chunked")
            half = b"%x\r\n%s" % (len(data), half)
        else:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(half)
        self.close_connection = True
        if fault == "stall":
            self.wfile.flush()
            self.server.off.wait()

    def _answer(self, status: int, kind: str = "", body: bytes = b"", *, location: str = "") -> None:
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tray: Tray, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.tray = tray
        self.job: Job | None = None
        self._starting = threading.Lock()
        self.off = threading.Event()

    def start_job(self, asked: Asked) -> str | None:
        """Start a job and return its name, None where the scanner does not take it now."""
        with self._starting:
            nothing = asked.source == "Feeder" and not self.tray.sheets
            if self.job or nothing or self.tray.adf_state:
                return None
            self.tray.jobs.append(asked)
            self.job = Job(asked, self.tray)
            return str(uuid.uuid4())

    def end_job(self) -> None:
        self.job = None

    def put_back(self, image: Image.Image) -> None:
        self.tray.images -= 1
        if self.job:
            self.job._sides.appendleft(image)

    def status(self) -> str:
        loaded = "ScannerAdfLoaded" if self.tray.sheets else "ScannerAdfEmpty"
        state = "Processing" if self.job else "Idle"
        return _document(
            "ScannerStatus", f"<pwg:State>{state}</pwg:State>", _tag("AdfState", self.tray.adf_state or loaded)
        )


@contextmanager
def escl_scanner(tray: Tray, port: int = 0) -> Iterator[str]:
    """Serve a scanner on this computer while the block runs; yield its address."""
    server = _Server(tray, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/eSCL"
    finally:
        server.off.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _encoded(image: Image.Image, asked: Asked, *, height: int = 0) -> bytes:
    """Return a picture as the scanner sends it: in the size that was asked for, whatever the paper's is."""
    page = image.convert("RGB" if asked.colour else "L").resize((asked.width, height or asked.height))
    stream = io.BytesIO()
    page.save(stream, _FORMATS[asked.format], dpi=(asked.dpi, asked.dpi))
    return stream.getvalue()


def _asked(body: bytes) -> Asked:
    root = ElementTree.fromstring(body)

    def text(name: str) -> str:
        return root.findtext(f".//{name}", default="", namespaces=_NAMES)

    def pixels(name: str) -> int:
        return round(int(text(name)) * dpi / UNITS_PER_INCH)

    dpi = int(text("scan:XResolution"))
    return Asked(
        source="Platen" if text("pwg:InputSource") == "Platen" else "Feeder",
        duplex=text("scan:Duplex") == "true",
        colour=text("scan:ColorMode") == "RGB24",
        dpi=dpi,
        width=pixels("pwg:Width"),
        height=pixels("pwg:Height"),
        format=text("pwg:DocumentFormat") or text("scan:DocumentFormatExt") or "image/jpeg",
    )


def _tag(name: str, *content: str) -> str:
    return f"<scan:{name}>{''.join(content)}</scan:{name}>"


def _document(name: str, *content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><scan:{name} {_SPACES}>{"".join(content)}</scan:{name}>'


def _capabilities(tray: Tray) -> str:
    resolutions = "".join(
        _tag("DiscreteResolution", _tag("XResolution", str(dpi)), _tag("YResolution", str(dpi)))
        for dpi in (75, 150, 300)
    )
    profile = _tag(
        "SettingProfile",
        _tag("ColorModes", _tag("ColorMode", "Grayscale8"), _tag("ColorMode", "RGB24")),
        _tag("DocumentFormats", *(f"<pwg:DocumentFormat>{kind}</pwg:DocumentFormat>" for kind in tray.formats)),
        _tag("SupportedResolutions", _tag("DiscreteResolutions", resolutions)),
    )
    sizes = (("MinWidth", 16), ("MaxWidth", 2550), ("MinHeight", 16), ("MaxHeight", 3507))
    caps = "".join(_tag(name, str(size)) for name, size in sizes) + _tag("SettingProfiles", profile)
    return _document(
        "ScannerCapabilities",
        "<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Simulated eSCL scanner</pwg:MakeAndModel>",
        _tag("Platen", _tag("PlatenInputCaps", caps)),
        _tag("Adf", _tag("AdfSimplexInputCaps", caps), _tag("AdfDuplexInputCaps", caps)),
    )
