"""The sounds of the console are short, differ, and are made without a file of their own."""

import wave
from pathlib import Path

import pytest

from scanpipe.console.sounds import Sounds, write_tones


def test_a_tone_is_written_as_long_as_it_sounds(tmp_path: Path) -> None:
    write_tones(tmp_path / "a.wav", ((440.0, 0.1), (0.0, 0.1)))
    with wave.open(str(tmp_path / "a.wav")) as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(0.2, abs=0.01)


def test_each_sound_is_played_by_the_player_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\nprintf '%s ' \"$@\" >>" + str(tmp_path / "played") + "\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=None)
    sounds = Sounds(tmp_path)
    assert sounds.plays
    sounds.play("warning")
    assert sounds._playing
    sounds._playing.wait()
    assert "warning.wav" in (tmp_path / "played").read_text()


def test_only_a_more_urgent_sound_cuts_one_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    sounds = Sounds(tmp_path)
    sounds.play("warning")
    warning = sounds._playing
    sounds.play("good")
    assert warning and sounds._playing is warning
    sounds.play("stopped")
    assert warning.poll() is not None and sounds._playing and sounds._playing is not warning
    sounds._playing.kill()
    sounds._playing.wait()


def test_where_no_sound_can_be_written_the_bell_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    sounds = Sounds(tmp_path / "full")
    sounds.play("good")
    assert not sounds.plays


def test_without_a_player_nothing_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    sounds = Sounds(tmp_path)
    assert not sounds.plays
    sounds.play("good")
    assert not list(tmp_path.iterdir())
