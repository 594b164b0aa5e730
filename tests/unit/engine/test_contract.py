"""What every engine promises; a new engine joins by a line in `ENGINES`."""

import itertools
import logging
from collections.abc import Callable, Iterator

import pytest

from scanpipe.engine import bounds
from scanpipe.engine.base import Bounds, Engine, Job
from scanpipe.engine.cluster import batch
from scanpipe.engine.dask import Dask
from scanpipe.engine.inline import Inline
from scanpipe.engine.pool import Pool

ENGINES: dict[str, Callable[[], Engine]] = {
    "inline": Inline,
    "pool": lambda: Pool(workers=2),
    "dask": lambda: Dask(workers=2),
}
TASKS = ("double", "misbehave", "no_such_task", "take")

DOUBLE = "tasks_of_tests:double"
MISBEHAVE = "tasks_of_tests:misbehave"


@pytest.fixture(params=ENGINES, scope="module")
def kept(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine that a command keeps from run to run."""
    if request.param == "dask":
        pytest.importorskip("distributed")
    engine = ENGINES[request.param]()
    yield engine
    engine.close()


@pytest.fixture
def engine(kept: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    tasks = {*(f"tasks_of_tests:{name}" for name in TASKS), "no_such_module:work"}
    monkeypatch.setattr(batch, "TASKS", frozenset(tasks))
    return kept


def test_every_job_has_exactly_one_outcome(engine: Engine) -> None:
    outcomes = list(engine.run(DOUBLE, [Job(key=f"p{n}", data={"n": n}) for n in range(50)]))
    assert sorted(o.key for o in outcomes) == sorted(f"p{n}" for n in range(50))
    assert all(o.failure is None and o.result and o.result["twice"] == 2 * int(o.key[1:]) for o in outcomes)


def test_no_jobs_give_no_outcomes(engine: Engine) -> None:
    assert list(engine.run(DOUBLE, [])) == []


def test_an_error_is_a_value_and_the_rest_goes_on(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    jobs = [Job(key=how, data={"how": how}) for how in ("foreign error", "own error", "exit", "surrogates", "none")]
    outcomes = {o.key: o for o in engine.run(MISBEHAVE, jobs)}
    assert outcomes["none"].result == {"fine": True}
    failures = {key: (o.failure.code, o.failure.exit_code) for key, o in outcomes.items() if o.failure}
    assert failures == {
        "foreign error": ("ZeroDivisionError", 50),
        "own error": ("ToolMissing", 51),
        "exit": ("SystemExit", 50),
        "surrogates": ("ValueError", 50),
    }


def test_a_failure_carries_the_message_with_its_remedy(engine: Engine) -> None:
    [outcome] = engine.run(MISBEHAVE, [Job(key="p1", data={"how": "own error"})])
    assert outcome.failure
    assert outcome.failure.message == "tesseract has no 'vie'. Install tesseract-ocr-vie."


def test_only_an_unforeseen_error_is_logged_with_its_traceback(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        list(engine.run(MISBEHAVE, [Job(key="p1", data={"how": "own error"})]))
        assert not caplog.records
        list(engine.run(MISBEHAVE, [Job(key="p2", data={"how": "foreign error"})]))
    assert "p2 failed" in caplog.text
    assert "in misbehave" in caplog.text


def test_a_result_that_is_no_json_is_a_failure(engine: Engine) -> None:
    [outcome] = engine.run(MISBEHAVE, [Job(key="p1", data={"how": "unsayable result"})])
    assert outcome.failure
    assert outcome.failure.code == "TypeError"


def test_a_job_that_is_no_json_is_refused_where_it_was_made(engine: Engine) -> None:
    jobs = [Job(key="p1", data={"n": 1}), Job(key="p2", data={"n": 2}), Job(key="p3", data={"n": object()})]
    with pytest.raises(TypeError):
        list(engine.run(DOUBLE, jobs))


@pytest.mark.parametrize("task", ["no_such_module:work", "tasks_of_tests:no_such_task"])
def test_a_task_that_cannot_be_found_fails_its_jobs(engine: Engine, task: str) -> None:
    outcomes = list(engine.run(task, [Job(key="p1"), Job(key="p2")]))
    assert {o.failure.code for o in outcomes if o.failure} <= {"ModuleNotFoundError", "AttributeError"}
    assert len([o for o in outcomes if o.failure]) == 2


def test_jobs_are_taken_only_as_there_is_room(engine: Engine) -> None:
    taken = 0

    def endless() -> Iterator[Job]:
        nonlocal taken
        for n in itertools.count():
            taken += 1
            yield Job(key=f"p{n}", data={"n": n})

    run = engine.run(DOUBLE, endless())
    assert len(list(itertools.islice(run, 20))) == 20
    run.close()
    assert taken <= 20 + (
        6 * 16 if isinstance(engine, Dask) else 2
    )  # as many batches as two workers and this test hold


def test_an_error_of_the_one_who_makes_the_jobs_comes_out(engine: Engine) -> None:
    def failing() -> Iterator[Job]:
        yield Job(key="p1", data={"n": 1})
        yield Job(key="p2", data={"n": 2})
        raise LookupError("the list of pages broke")

    with pytest.raises(LookupError):
        list(engine.run(DOUBLE, failing()))


def test_values_come_back_as_json_has_them(engine: Engine) -> None:
    [outcome] = engine.run(DOUBLE, [Job(key="p1", data={"n": ("a", "b")})])
    assert outcome.result
    assert outcome.result["twice"] == ["a", "b", "a", "b"]


@pytest.mark.parametrize("what", ["time", "patience"])
def test_a_job_beyond_its_bounds_is_ended_and_costs_only_itself(
    engine: Engine, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(engine, Inline):
        pytest.skip("its jobs have no process of their own")
    monkeypatch.setattr(bounds, "_CLOCK_FACTOR", 1 if what == "patience" else 60)
    jobs = [Job(key=what, data={"what": what}, bounds=Bounds(cpu_s=1)), Job(key="after", data={"what": "nothing"})]
    outcomes = {outcome.key: outcome for outcome in engine.run("tasks_of_tests:take", jobs)}
    failure = outcomes[what].failure
    assert failure and failure.code == "BeyondBounds"
    assert outcomes["after"].result
