"""Blobs by S3, against a server that speaks it on this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("s3fs")
pytest.importorskip("moto")

import s3fs
from moto.server import ThreadedMotoServer

from scanpipe.engine.base import Job
from scanpipe.errors import BlobDamaged, StoreFailed
from scanpipe.flows.exchange import Exchanging
from scanpipe.state.exchange import Exchange, blobs_at, exchange_at
from scanpipe.state.store import Store, digest_of
from tests.cluster.conftest import Machines

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

URL = "s3://bucket/station"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def exchange(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Exchange]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server,
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    exchange_at.cache_clear()
    files = s3fs.S3FileSystem()
    if not files.exists("bucket"):
        files.mkdir("bucket")
    yield exchange_at(URL)
    exchange_at.cache_clear()


def test_what_was_put_comes_back(exchange: Exchange) -> None:
    data = os.urandom(100_000)
    digest = exchange.put(data)
    assert digest == digest_of(data)
    assert exchange.put(data) == digest
    assert exchange.has(digest)
    assert exchange.get(digest) == data


def test_a_blob_that_is_gone_or_was_changed_is_damaged(exchange: Exchange) -> None:
    digest = exchange.put(b"a page")
    s3fs.S3FileSystem().pipe_file(f"bucket/station/{digest[:2]}/{digest}", b"no page")
    with pytest.raises(BlobDamaged):
        exchange.get(digest)
    exchange.put(b"a page")
    assert exchange.get(digest) == b"a page"
    exchange.drop(digest)
    assert not exchange.has(digest)
    with pytest.raises(BlobDamaged):
        exchange.get(digest)


def test_a_bucket_that_is_not_there_is_a_fault_of_the_store(exchange: Exchange) -> None:
    with pytest.raises(StoreFailed):
        Exchange("s3://elsewhere/station").put(b"a page")


def test_a_job_names_a_folder_or_an_exchange(exchange: Exchange, tmp_path: Path) -> None:
    assert isinstance(blobs_at(str(tmp_path)), Store)
    assert blobs_at(URL) is exchange


def test_workers_without_the_store_find_and_leave_blobs_at_the_exchange(
    machines: Machines, exchange: Exchange, tmp_path: Path
) -> None:
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    machines.scheduler()
    machines.worker("far", TEST_STORE=URL)
    engine = Exchanging(engine=machines.engine(), store=store, url=URL)
    pages = [os.urandom(1000) for _ in range(5)]
    jobs = [
        Job(key=str(n), data={"store": str(store.folder), "digest": store.put(page)}) for n, page in enumerate(pages)
    ]
    outcomes = list(engine.run("tasks_of_cluster:turn", jobs))
    assert {outcome.result["by"] for outcome in outcomes if outcome.result} == {"far"}
    made = {outcome.key: store.get(outcome.result["image"]) for outcome in outcomes if outcome.result}
    assert made == {str(n): page[::-1] for n, page in enumerate(pages)}


def test_where_the_exchange_is_away_the_station_does_the_work(
    machines: Machines, exchange: Exchange, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path / "store")
    store.folder.mkdir()
    away = "s3://elsewhere/station"
    machines.scheduler()
    machines.worker("far", TEST_STORE=away)
    engine = Exchanging(engine=machines.engine(patience_s=1), store=store, url=away)
    jobs = [Job(key="p", data={"store": str(store.folder), "digest": store.put(b"a page")})]
    [outcome] = engine.run("tasks_of_cluster:turn", jobs)
    assert outcome.result and outcome.result["by"] == "here"
    assert store.get(str(outcome.result["image"])) == b"egap a"
    assert "elsewhere" in caplog.text
