"""What the background can do: a table of names and top-level functions, and the lane each waits in.

Two lanes, so that checks of seconds never wait for minutes of sampling: "checks" works on sums alone and is
small; "sampling" holds PyMC and what it compiled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from dashboard.jobs.frames import Frame

RESULT = "result"


class Progress(Protocol):
    """Tells how far the work is. Raises Stopped where it is to end."""

    def __call__(self, done: int, total: int, what: str, **notes: float) -> None: ...


class Stopped(Exception):
    """Work was asked to end, and did."""


@dataclass(frozen=True, slots=True)
class Task:
    """A function that makes an answer of a payload; it tells how far it is and can ask whether to stop."""

    run: Callable[[Frame, Progress, Callable[[], bool]], Frame]
    lane: str = "checks"


def k_fold(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.k_fold of a fit and its table; options by, folds, seed."""
    import core
    from core.result.store import fit_from_bytes
    from core.table.sent import table_from_bytes

    options = payload.said
    fit, table = fit_from_bytes(payload.blobs["fit"]), table_from_bytes(payload.blobs["table"])
    total = int(options["folds"])
    return answered(
        core.k_fold(
            fit,
            table,
            options["by"],
            folds=total,
            seed=int(options["seed"]),
            done=lambda count: progress(count, total, "parts held out"),
        )
    )


def profile(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.profile of a fit."""
    import core
    from core.result.store import fit_from_bytes

    fit = fit_from_bytes(payload.blobs["fit"])
    total = len(fit.fixed_effects) + len(fit.variance_components)
    return answered(core.profile(fit, done=lambda count: progress(count, total, "quantities")))


def bootstrap(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.bootstrap of a fit; options n, seed."""
    import core
    from core.result.store import fit_from_bytes

    n, seed = int(payload.said["n"]), int(payload.said["seed"])
    fit = fit_from_bytes(payload.blobs["fit"])
    return answered(core.bootstrap(fit, n, seed, done=lambda count: progress(count, n, "fits")))


def influence(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.influence of a fit, read at the average; option factor."""
    import core
    from core.result.influence import influence_at_average
    from core.result.store import fit_from_bytes

    fit, factor = fit_from_bytes(payload.blobs["fit"]), payload.said["factor"]
    total = fit.n_groups[factor]
    found = core.influence(fit, factor, done=lambda count: progress(count, total, "left out"))
    return answered(influence_at_average(fit, found))


def nuts(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.sample of a posterior, as a saved fit."""
    import core
    from core.result.store import fit_from_bytes, fit_to_bytes

    fit = fit_from_bytes(payload.blobs["fit"])
    found = core.sample(
        fit,
        done=lambda far: progress(far.done, far.total, "draws", divergences=far.divergences),
        stop=stopped,
    )
    return Frame({}, {"fit": fit_to_bytes(found)})


def answered(result: object) -> Frame:
    """Returns a result as an answer."""
    from core.result.sent import result_to_bytes

    return Frame({}, {RESULT: result_to_bytes(result)})


TASKS = {
    "k_fold": Task(k_fold),
    "profile": Task(profile),
    "bootstrap": Task(bootstrap),
    "influence": Task(influence),
    "nuts": Task(nuts, lane="sampling"),
}
