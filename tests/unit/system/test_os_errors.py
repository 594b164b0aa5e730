import errno
import os
from pathlib import Path

import pytest

from scanpipe.messages import language_context
from scanpipe.system.fsio import write_atomic
from scanpipe.system.os_errors import describe, remedy_for

MET = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ESPIPE, errno.ENOTDIR, errno.EROFS, errno.EIO)


@pytest.mark.parametrize("number", MET, ids=errno.errorcode.get)
def test_what_the_system_says_is_put_into_the_persons_words_with_the_remedy(number: int) -> None:
    error = OSError(number, os.strerror(number), "KS.2010.01.zip")
    assert str(describe(error)) != os.strerror(number) and str(remedy_for(error)).endswith(".")
    english = str(describe(error)), str(remedy_for(error))
    with language_context("vi"):
        assert not {str(describe(error)), str(remedy_for(error))} & set(english)


def test_what_else_is_met_stays_as_it_was_said() -> None:
    assert describe(OSError(errno.ELOOP, "Too many levels")) == "Too many levels"
    assert describe(ValueError("no table")) == "no table"
    assert remedy_for(ValueError("no table"), otherwise="Save it again.") == "Save it again."


def test_a_file_that_cannot_be_written_is_named_and_not_its_temporary_one(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        write_atomic(tmp_path / "nowhere" / "x.toml", b"")
    assert caught.value.filename == str(tmp_path / "nowhere")
