"""Work in a process of its own: real processes that run, are cancelled, killed, and take too much."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import core
from core.result.sent import result_from_bytes
from core.result.store import fit_to_bytes
from core.spec.json import to_json
from core.table.sent import table_to_bytes
from dashboard.jobs.frames import Frame
from dashboard.jobs.front import LANES, Front, identity
from dashboard.jobs.job import JobState, Status
from dashboard.jobs.limits import Limits, QueueFull, UnknownWork
from tests.dashboard.worker_of_tests import OWN

MODULE = "tests.dashboard.worker_of_tests"
ALL = {**LANES, **{kind: task.lane for kind, task in OWN.items()}}
PATIENCE = 60.0  # seconds; the machine may be busy
# Seconds within which what never ends by itself, or only after minutes, was ended by Cancel. How fast that is
# on an idle machine (half a second of grace, then the end) the browser's tests report; no test asserts it.
AT_ONCE = 20.0
ME = "session"


@pytest.fixture(scope="module")
def shared_front() -> Iterator[Front]:
    made = Front(lanes=ALL, module=MODULE)
    yield made
    made.close()


@pytest.fixture
def front(shared_front: Front) -> Iterator[Front]:
    """One front for these tests, so that workers start once; each test begins with none of its jobs."""
    yield shared_front
    shared_front.registry.leave(ME)


def other(limits: Limits, **options: object) -> Front:
    return Front(limits, lanes=ALL, module=MODULE, **options)  # type: ignore[arg-type]


def ask(front: Front, kind: str, session: str = ME, key: object = 0, **options: object) -> str:
    name = identity(session, kind, (key,))
    front.submit(name, session, kind, lambda: Frame(options))
    return name


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Waits until it holds and returns how long that took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "waited in vain"
        time.sleep(0.01)
    return time.monotonic() - begun


def seen(front: Front, name: str) -> JobState:
    state = front.look(name)
    assert state is not None
    return state


def ended(front: Front, name: str) -> JobState:
    until(lambda: not seen(front, name).status.active)
    return seen(front, name)


def process_of(front: Front, name: str) -> int:
    until(lambda: seen(front, name).what.startswith("process"))
    return int(seen(front, name).what.split()[1])


def gone(process: int) -> bool:
    """Whether a process has ended (a zombie that nobody has waited for has, too)."""
    if sys.platform != "linux":
        told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
        return told.stdout.strip()[:1] in ("", "Z")
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_progress_moves_and_the_answer_comes(front: Front) -> None:
    name = ask(front, "polite", total=90, pause=0.03)
    until(lambda: 0 < seen(front, name).done < 80)
    first = seen(front, name)
    assert (first.status, first.total, first.what) == (Status.RUNNING, 90, "counts")
    until(lambda: seen(front, name).seconds_left is not None)
    # 90 counts at 0.03 s are 2.7 s in all; after two seconds of them little is left even on a busy machine.
    assert 0.0 <= (seen(front, name).seconds_left or 0.0) < 10.0
    last = ended(front, name)
    assert last.status is Status.DONE
    assert last.notes == {"divergences": 8}
    assert last.result is not None and last.result.said["sum"] == 0


def test_the_same_request_is_one_job(front: Front) -> None:
    name = ask(front, "polite", total=2, pause=0.0)
    first = ended(front, name).result
    assert ask(front, "polite", total=2, pause=0.0) == name
    assert seen(front, name).result is first
    assert ask(front, "polite", session="another", total=2, pause=0.0) != name


def test_large_payloads_go_there_and_back(front: Front) -> None:
    blob = os.urandom(1 << 20) * 24
    name = identity(ME, "polite", ("large",))
    front.submit(name, ME, "polite", lambda: Frame({"total": 1, "pause": 0.0}, {"a": blob, "b": b""}))
    result = ended(front, name).result
    assert result is not None
    assert (result.blobs["a"], result.blobs["b"]) == (blob, b"")


def test_a_task_that_does_not_listen_is_cancelled_within_a_second(front: Front) -> None:
    name = ask(front, "deaf")
    worker = process_of(front, name)
    front.cancel(name)
    assert seen(front, name).status is Status.CANCELLED
    assert until(lambda: gone(worker)) < AT_ONCE
    # and the next one runs, in another process
    assert ended(front, ask(front, "polite", total=1, pause=0.0)).status is Status.DONE


def test_a_task_that_listens_keeps_its_process(front: Front) -> None:
    before = ended(front, ask(front, "polite", key=1, total=1, pause=0.0)).result
    name = ask(front, "polite", key=2, total=10_000, pause=0.05)
    until(lambda: seen(front, name).done > 0)
    front.cancel(name)
    begun = time.monotonic()
    after = ended(front, ask(front, "polite", key=3, total=1, pause=0.0)).result
    assert time.monotonic() - begun < AT_ONCE
    assert before is not None and after is not None
    assert after.said["process"] == before.said["process"]


def test_a_cancelled_job_can_be_asked_for_again(front: Front) -> None:
    name = ask(front, "polite", total=1000, pause=0.05)
    until(lambda: seen(front, name).done > 0)
    front.cancel(name)
    assert ask(front, "polite", total=3, pause=0.0) == name
    last = ended(front, name)
    assert (last.status, last.total) == (Status.DONE, 3)


def test_a_killed_worker_loses_its_job_and_nothing_else(front: Front) -> None:
    name = ask(front, "deaf")
    waits = ask(front, "polite", total=1, pause=0.0)
    os.kill(process_of(front, name), signal.SIGKILL)
    lost = ended(front, name)
    assert lost.status is Status.LOST
    assert lost.sentence == (
        "The process that computed this ended (killed). Nothing else was lost. Try again."
    )
    assert ended(front, waits).status is Status.DONE
    ask(front, "deaf")  # the same once more
    assert not gone(process_of(front, name))
    front.cancel(name)


def test_a_worker_that_ends_says_its_code(front: Front) -> None:
    assert "(exit code 3)" in ended(front, ask(front, "breaks")).sentence


def test_errors_are_sentences(front: Front, caplog: pytest.LogCaptureFixture) -> None:
    known = ended(front, ask(front, "refuses"))
    assert (known.status, known.sentence) == (
        Status.FAILED,
        "There are no groups here. Choose a group column.",
    )
    unknown = ended(front, ask(front, "faulty"))
    assert unknown.status is Status.FAILED
    assert "fault in Panelwise" in unknown.sentence and "secret" not in unknown.sentence
    assert "secret-detail" in caplog.text


def test_a_payload_that_cannot_be_made_is_a_sentence(front: Front) -> None:
    def make() -> Frame:
        raise core.PanelwiseError("The table is gone.")

    name = identity(ME, "polite", ("unmade",))
    front.submit(name, ME, "polite", make)
    assert ended(front, name).sentence == "The table is gone."
    assert ended(front, ask(front, "polite", total=1, pause=0.0)).status is Status.DONE


def test_prints_do_not_reach_the_frames(front: Front) -> None:
    assert ended(front, ask(front, "prints")).status is Status.DONE


def test_more_than_may_wait_is_refused_in_a_sentence(front: Front) -> None:
    first = ask(front, "deaf")
    process_of(front, first)
    names = [ask(front, "polite", key=k, total=1, pause=0.0) for k in range(8)]
    assert [seen(front, name).before for name in names] == list(range(1, 9))
    with pytest.raises(QueueFull, match=r"^8 pieces of work are waiting already\. Cancel one"):
        ask(front, "polite", key=8)
    with pytest.raises(UnknownWork, match="'magic'"):
        ask(front, "magic")
    front.cancel(names[0])
    assert seen(front, names[1]).before == 1
    for name in (first, *names):
        front.cancel(name)


def test_sessions_take_turns(front: Front) -> None:
    first = ask(front, "deaf")
    process_of(front, first)
    mine = [ask(front, "polite", key=k, total=1, pause=0.0) for k in range(3)]
    theirs = [ask(front, "polite", session="another", key=k, total=1, pause=0.0) for k in (10, 11)]
    # Mine runs; then theirs, mine, theirs, mine, mine.
    assert [seen(front, name).before for name in (*theirs, *mine)] == [1, 3, 2, 4, 5]
    front.registry.leave("another")
    assert [seen(front, name).before for name in mine] == [1, 2, 3]
    front.cancel(first)


def test_work_comes_before_what_is_done_ahead() -> None:
    front = other(Limits(), after=0.0)
    try:
        lane = front.lanes["sampling"]
        until(lambda: lane.prepared is not None)
        waits = ask(front, "slow", total=1, pause=0.0)
        until(lambda: lane.run is not None)
        front.cancel(waits)  # while the worker is at a step: it answers all the same
        until(lambda: lane.run is None)
        worker = lane.worker
        assert worker is not None
        assert ended(front, ask(front, "slow", key=1, total=1, pause=0.0)).status is Status.DONE
        assert lane.worker is worker
    finally:
        front.close()


def test_short_work_does_not_wait_for_sampling(front: Front) -> None:
    long = ask(front, "slow", total=2000, pause=0.05)
    until(lambda: seen(front, long).done > 0)
    assert ended(front, ask(front, "polite", total=1, pause=0.0)).status is Status.DONE
    assert seen(front, long).status is Status.RUNNING
    front.cancel(long)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what a process holds")
def test_memory_is_limited() -> None:
    front = other(Limits(memory=300 << 20))
    try:
        worker = ended(front, ask(front, "polite", total=1, pause=0.0)).result
        assert worker is not None
        much = ended(front, ask(front, "greedy"))
        assert much.status is Status.FAILED
        assert much.sentence.startswith("This needed more than 0.293 GB of memory and was ended")
        assert much.done < 400  # of 4 MB each, so it was ended before 1.6 GB
        until(lambda: gone(worker.said["process"]))
        assert ended(front, ask(front, "huge")).sentence == much.sentence
        assert ended(front, ask(front, "polite", key=2, total=1, pause=0.0)).status is Status.DONE
    finally:
        front.close()


def test_time_is_limited() -> None:
    front = other(Limits(seconds=1.0))  # the start of its process counts, so no other test shares this front
    try:
        slow = ended(front, ask(front, "deaf"))
        assert slow.status is Status.FAILED
        assert slow.sentence.startswith("This was ended after 0.0167 minutes")
    finally:
        front.close()


def test_results_are_bounded_and_closed_pages_let_go() -> None:
    there = {"a", "b"}
    front = other(Limits(kept=2, kept_bytes=1 << 20, absent=0.3), present=there.__contains__)
    try:
        names = [ask(front, "polite", session="a", key=k, total=1, pause=0.0) for k in range(4)]
        ended(front, names[-1])
        assert [front.look(name) is not None for name in names] == [False, False, True, True]
        goes = ask(front, "polite", session="b", total=1000, pause=0.05)
        until(lambda: seen(front, goes).done > 0)
        there.discard("b")
        until(lambda: seen(front, goes).status is Status.CANCELLED)
        until(lambda: front.look(goes) is None)
        assert front.look(names[-1]) is not None
        front.submit(
            big := identity("a", "polite", ("big",)),
            "a",
            "polite",
            lambda: Frame({"total": 1, "pause": 0.0}, {"a": bytes(2 << 20)}),
        )
        ended(front, big)
        assert [front.look(name) is not None for name in names] == [False] * 4
    finally:
        front.close()


def test_workers_are_there_before_there_is_work_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.jobs.lane.FRAGILE", 0.0)
    front = other(Limits(), after=0.0)
    try:
        lane = front.lanes["checks"]
        until(lambda: lane.prepared is not None)
        first = lane.worker
        assert first is not None
        os.kill(first.child.pid, signal.SIGKILL)
        until(lambda: lane.prepared not in (None, first))
        assert ended(front, ask(front, "polite", total=1, pause=0.0)).status is Status.DONE
        monkeypatch.setattr("dashboard.jobs.lane.FRAGILE", 3600.0)
        second = lane.worker
        assert second is not None and second is not first
        os.kill(second.child.pid, signal.SIGKILL)  # and so soon that it may not be able to live
        until(lambda: lane.fragile)
        time.sleep(0.3)
        assert lane.worker is None
        assert ended(front, ask(front, "polite", key=1, total=1, pause=0.0)).status is Status.DONE
    finally:
        front.close()


def test_a_worker_that_cannot_start_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    front = Front(lanes=ALL, module="tests.dashboard.no_such_worker")
    try:
        assert "(exit code 1)" in ended(front, ask(front, "deaf")).sentence
        assert "no_such_worker" in caplog.text
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", "/nowhere/python")
            assert "fault in Panelwise" in ended(front, ask(front, "polite")).sentence
        assert "(exit code 1)" in ended(front, ask(front, "polite", key=1)).sentence  # the lane goes on
    finally:
        front.close()


def test_checks_give_what_core_gives(front: Front) -> None:
    table = core.read_sample("retail_panel")
    fit = core.fit(table, "sales ~ youtube + (1 | store)")
    blobs = {"fit": fit_to_bytes(fit), "table": table_to_bytes(table)}
    asked = {
        ("k_fold", "table"): {"by": "store", "folds": 5, "seed": 1},
        ("proof", "table"): {"factor": "store", "folds": 4, "seed": 1},
        ("profile", "fixed_effects"): {},
        ("influence", "summary"): {"factor": "store"},
    }
    own = {
        "k_fold": core.k_fold(fit, table, "store", folds=5, seed=1),
        "proof": core.pooling_proof(fit, table, "store", folds=4, seed=1),
        "profile": core.profile(fit),
        "influence": core.influence(fit, "store"),
    }
    for (kind, part), options in asked.items():
        name = identity(ME, kind, ())
        front.submit(name, ME, kind, lambda options=options: Frame(options, blobs))
        last = ended(front, name)
        assert last.result is not None, last.sentence
        again = result_from_bytes(last.result.blobs["result"])
        # The same arithmetic on the same numbers, in a process with the same number of threads.
        np.testing.assert_allclose(
            getattr(again, part).select_dtypes("number"),
            getattr(own[kind], part).select_dtypes("number"),
            rtol=1e-9,
        )
        assert last.done == last.total


def test_yes_and_no_are_held_out_as_core_does(front: Front) -> None:
    table = core.read_sample("season_pass")
    spec = core.parse_formula("bought | trials(contacted) ~ promo + (1 | channel)", family="binomial")
    said = {"spec": to_json(spec), "by": "channel", "folds": 3, "seed": 1, "level": 0.9}
    name = identity(ME, "held_out", ())
    front.submit(name, ME, "held_out", lambda: Frame(said, {"table": table_to_bytes(table)}))
    last = ended(front, name)
    assert last.result is not None, last.sentence
    again = result_from_bytes(last.result.blobs["result"])
    own = core.held_out(table, spec, "channel", folds=3, seed=1, level=0.9)
    # The same arithmetic on the same numbers, in a process with the same number of threads.
    assert (again.roc.area, again.roc.low) == pytest.approx((own.roc.area, own.roc.low), rel=1e-9)
    assert again.how == own.how
    assert last.done == last.total == 3
