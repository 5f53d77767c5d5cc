"""What the background can do: a table of names and top-level functions, and the lane each waits in.

Two lanes, so that checks of seconds never wait for minutes of sampling: "checks" works on sums and rows,
its process holds 160 MB; "sampling" holds PyMC and what it compiled, 450 MB.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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


def held_out(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.held_out of a yes/no model and its table; options spec (JSON), by, folds, seed, level."""
    import core
    from core.spec.json import from_json
    from core.table.sent import table_from_bytes

    said = payload.said
    total = int(said["folds"])
    return answered(
        core.held_out(
            table_from_bytes(payload.blobs["table"]),
            from_json(said["spec"]),
            said["by"],
            folds=total,
            seed=int(said["seed"]),
            level=float(said["level"]),
            done=lambda count: progress(count, total, "parts held out"),
        )
    )


def proof(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.pooling_proof of a fit and its table; options factor, folds, seed."""
    import core
    from core.result.store import fit_from_bytes
    from core.table.sent import table_from_bytes

    said = payload.said
    fit, table = fit_from_bytes(payload.blobs["fit"]), table_from_bytes(payload.blobs["table"])
    total = int(said["folds"])
    return answered(
        core.pooling_proof(
            fit,
            table,
            said["factor"],
            folds=total,
            seed=int(said["seed"]),
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


def stability(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns core.stability of a fit and its table; options time, quantity (said), factor, sizes, seed."""
    import core
    from core.decide.quantity import quantity_of_said
    from core.result.store import fit_from_bytes
    from core.table.sent import table_from_bytes

    said = payload.said
    return answered(
        core.stability(
            fit_from_bytes(payload.blobs["fit"]),
            table_from_bytes(payload.blobs["table"]),
            said["time"],
            quantity_of_said(said["quantity"]),
            factor=said["factor"],
            sizes=tuple(said["sizes"]),
            seed=int(said["seed"]),
            done=lambda count, total: progress(count, total, "left out"),
        )
    )


def loo(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns the leave-one-row-out score of a fit on its table; options seed, n_draws."""
    from core.result.loo import loo as leave_one_out
    from core.result.store import fit_from_bytes
    from core.table.sent import table_from_bytes

    fit, table = fit_from_bytes(payload.blobs["fit"]), table_from_bytes(payload.blobs["table"])
    n_draws, seed = int(payload.said["n_draws"]), int(payload.said["seed"])
    return answered(
        leave_one_out(
            fit, table, seed=seed, n_draws=n_draws, done=lambda count: progress(count, fit.n_rows, "rows")
        )
    )


def predictive(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns what a fit would make of its table's outcome; option seed."""
    from core.result.predictive import posterior_predictive
    from core.result.store import fit_from_bytes
    from core.table.sent import table_from_bytes

    fit, table = fit_from_bytes(payload.blobs["fit"]), table_from_bytes(payload.blobs["table"])
    return answered(posterior_predictive(fit, table, seed=int(payload.said["seed"])))


def posterior(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns the instant posterior of a fit's model; options priors (JSON, or None), seed."""
    import core
    from core.result.store import fit_from_bytes, fit_to_bytes

    base, said = fit_from_bytes(payload.blobs["fit"]), payload.said
    made = core.refit(
        base.linear.moments,
        base.spec,
        "posterior",
        level=base.level,
        name=base.table_name,
        priors=_priors(said),
        seed=int(said["seed"]),
    )
    return Frame({}, {"fit": fit_to_bytes(made)})


def nuts(payload: Frame, progress: Progress, stopped: Callable[[], bool]) -> Frame:
    """Returns a fit's model drawn by NUTS; options priors (JSON, or None: the fit's own), seed."""
    import core
    from core.result.store import fit_from_bytes, fit_to_bytes

    base, said = fit_from_bytes(payload.blobs["fit"]), payload.said
    progress(0, 0, "Preparing the sampler")

    def heard(at: Any) -> None:
        if not stopped():  # the sampler asks that itself, and ends its threads first
            progress(at.done, at.total, "draws", divergences=at.divergences)

    made = core.sample(base, priors=_priors(said), seed=said.get("seed"), done=heard, stop=stopped)
    return Frame({}, {"fit": fit_to_bytes(made)})


def _priors(said: Mapping[str, Any]) -> Any:
    from core.spec.prior_json import priors_from_json

    return None if said.get("priors") is None else priors_from_json(said["priors"])


def answered(result: object) -> Frame:
    """Returns a result as an answer."""
    from core.result.sent import result_to_bytes

    return Frame({}, {RESULT: result_to_bytes(result)})


TASKS = {
    "k_fold": Task(k_fold),
    "held_out": Task(held_out),
    "proof": Task(proof),
    "profile": Task(profile),
    "bootstrap": Task(bootstrap),
    "influence": Task(influence),
    "stability": Task(stability),
    "loo": Task(loo),
    "predictive": Task(predictive),
    "posterior": Task(posterior),
    "nuts": Task(nuts, "sampling"),
}
