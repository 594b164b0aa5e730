"""Machines with networks of their own (network namespaces of this machine), one near the pages; cables are cut."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import dask
import pytest

from tests.cluster.conftest import IMPATIENT, NOTE, Machines, whole
from tests.cluster.test_faults import by

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip"), reason="only root makes network namespaces, with iproute2"
)


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass(frozen=True)
class Host:
    """A network namespace, joined to this machine's by a cable."""

    name: str
    here: str
    there: str

    @property
    def within(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.name)

    def plug_in(self) -> None:
        ip("netns", "add", self.name)
        ip("link", "add", self.name, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        ip("addr", "add", f"{self.here}/24", "dev", self.name)
        ip("link", "set", self.name, "up")
        for words in (
            ("addr", "add", f"{self.there}/24", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
            ("route", "add", "default", "via", self.here),
        ):
            ip("-n", self.name, *words)

    def cut(self) -> None:
        ip("link", "set", self.name, "down")


@pytest.fixture
def hosts() -> Iterator[tuple[Host, Host]]:
    one = secrets.randbelow(200)
    numbers = [secrets.randbelow(250) for _ in range(2)]
    hosts = tuple(Host(f"sp{secrets.token_hex(4)}", f"10.{one}.{two}.1", f"10.{one}.{two}.2") for two in numbers)
    try:
        for host in hosts:
            host.plug_in()
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.decode()}")
    yield hosts[0], hosts[1]
    for host in hosts:
        ip("netns", "del", host.name)


def start(machines: Machines, hosts: tuple[Host, Host]) -> None:
    """Start the scheduler on this machine and a worker on each of the others."""
    machines.scheduler(host=hosts[0].here)
    for host, name in zip(hosts, ("far", "near"), strict=True):
        node = machines.start("worker", within=host.within, TEST_NAME=name)
        assert node.says("joined"), node.said


def test_a_page_goes_to_the_machine_that_holds_it(machines: Machines, hosts: tuple[Host, Host]) -> None:
    start(machines, hosts)
    engine = machines.engine(holder=frozenset({hosts[1].there}))
    for _turn in range(4):
        assert by(list(engine.run(NOTE, machines.jobs(1)))) == {"near"}
    outcomes = list(engine.run(NOTE, machines.jobs(20, s=0.1)))
    assert whole(outcomes, 20)
    assert by(outcomes) == {"far", "near"}, "the other does what that machine is too busy for"


def test_a_worker_behind_a_cut_cable_costs_nothing_also_where_it_holds_the_pages(
    machines: Machines, hosts: tuple[Host, Host]
) -> None:
    far, _near = hosts
    start(machines, hosts)
    outcomes = []
    for outcome in machines.engine(holder=frozenset({far.there})).run(NOTE, machines.jobs(30, s=0.2)):
        outcomes.append(outcome)
        if len(outcomes) == 6:
            far.cut()
    assert whole(outcomes, 30)
    assert by(outcomes) == {"far", "near"}


def test_a_scheduler_behind_a_cut_cable_is_told_and_the_station_goes_on(
    machines: Machines, hosts: tuple[Host, Host], caplog: pytest.LogCaptureFixture
) -> None:
    far, _near = hosts
    scheduler = machines.start("scheduler", within=far.within, host=far.there)
    assert scheduler.says("listens at"), scheduler.said
    worker = machines.start("worker", within=far.within, TEST_NAME="far")
    assert worker.says("joined"), worker.said
    outcomes = []
    with dask.config.set({"distributed.comm.timeouts.tcp": next(iter(IMPATIENT.values()))}):
        for outcome in machines.engine().run(NOTE, machines.jobs(20, s=0.1)):
            outcomes.append(outcome)
            if len(outcomes) == 6:
                far.cut()
    assert whole(outcomes, 20)
    assert by(outcomes) == {"far", "here"}
    assert "This computer does the remaining work itself." in caplog.text
