from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanpipe.errors import BlobDamaged
from scanpipe.messages import language_context
from scanpipe.state.store import Store, digest_of


@pytest.fixture
def store(tmp_path: Path) -> Store:
    folder = tmp_path / "store"
    folder.mkdir()
    return Store(folder)


@settings(deadline=None, derandomize=True, max_examples=20)
@given(data=st.binary(max_size=200))
def test_what_was_put_comes_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    assert store.get(store.put(data)) == data


def test_the_same_content_is_kept_once(store: Store) -> None:
    assert store.put(b"page") == store.put(b"page")
    assert list(store.digests()) == [digest_of(b"page")]


def test_a_changed_blob_is_refused_and_a_new_put_mends_it(store: Store) -> None:
    digest = store.put(b"page")
    path = store.path(digest)
    path.chmod(0o644)
    path.write_bytes(b"pagf")
    with pytest.raises(BlobDamaged, match=digest):
        store.get(digest)
    store.put(b"page")
    assert store.get(digest) == b"page"


def test_a_missing_blob_is_refused_by_name(store: Store) -> None:
    with pytest.raises(BlobDamaged, match="0" * 64):
        store.get("0" * 64)


def test_what_is_wrong_with_a_blob_is_told_in_the_language_of_whoever_reads(store: Store) -> None:
    with pytest.raises(BlobDamaged, match="is missing") as caught:
        store.get("0" * 64)
    with language_context("vi"):
        assert "is missing" not in str(caught.value)


def test_blobs_are_read_only_and_no_temporary_file_stays(store: Store) -> None:
    digest = store.put(b"page")
    assert store.path(digest).stat().st_mode & 0o222 == 0
    assert [path.name for path in store.path(digest).parent.iterdir()] == [digest]
