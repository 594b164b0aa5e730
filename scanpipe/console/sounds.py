"""Short sounds: a page is kept, a page is to be looked at, the scanner stopped."""

import logging
import math
import shutil
import struct
import subprocess
import wave
from pathlib import Path

from scanpipe.console.effects import SoundName

log = logging.getLogger(__name__)

_RATE = 22_050
_TONES: dict[SoundName, tuple[tuple[float, float], ...]] = {
    "good": ((1320.0, 0.06),),
    "warning": ((440.0, 0.16), (0.0, 0.05), (440.0, 0.16)),
    "stopped": ((660.0, 0.12), (495.0, 0.12), (330.0, 0.2)),
}
_URGENCY: tuple[SoundName, ...] = ("good", "warning", "stopped")
_PLAYERS = (("paplay",), ("aplay", "-q"))


class Sounds:
    """Plays sounds by paplay or aplay; `plays` is false where neither is there, and a terminal rings its bell."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._player: tuple[str, ...] | None = next((words for words in _PLAYERS if shutil.which(words[0])), None)
        self._playing: subprocess.Popen[bytes] | None = None
        self._sound: SoundName = "good"

    @property
    def plays(self) -> bool:
        """Whether this computer has a player."""
        return self._player is not None

    def play(self, sound: SoundName) -> None:
        """Play a sound and wait for nothing; one that plays is cut off by a more urgent one only."""
        if self._player is None:
            return
        if self._playing and self._playing.poll() is None:
            if _URGENCY.index(sound) <= _URGENCY.index(self._sound):
                return
            self._playing.kill()
            self._playing.wait()
        try:
            self._playing, self._sound = self._begun(self._player, sound), sound
        except OSError as error:  # a full disk takes no sound; the bell needs none
            log.warning("no sound: %s", error)
            self._player = None

    def _begun(self, player: tuple[str, ...], sound: SoundName) -> "subprocess.Popen[bytes]":
        path = self._folder / f"{sound}.wav"
        if not path.is_file():
            write_tones(path, _TONES[sound])
        null = subprocess.DEVNULL
        return subprocess.Popen([*player, str(path)], stdin=null, stdout=null, stderr=null)


def write_tones(path: Path, tones: tuple[tuple[float, float], ...]) -> None:
    """Write tones one after the other: (hertz, seconds), 0 Hz for silence; each fades in and out for 5 ms."""
    samples = bytearray()
    for hertz, seconds in tones:
        count = int(_RATE * seconds)
        for number in range(count):
            fade = min(1.0, number / 110, (count - number) / 110)
            samples += struct.pack("<h", int(9000 * fade * math.sin(2 * math.pi * hertz * number / _RATE)))
    with path.open("wb") as raw, wave.open(raw, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(samples))
