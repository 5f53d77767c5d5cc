"""NUTS on the collapsed density: chains of the variance parameters, drawn by nutpie.

Fixed and group effects are not sampled: given the variance parameters they are drawn exactly, so a chain has
as many numbers as the model has variance parameters, however many the groups (Lai, Domke, Sheldon 2024).
Whitened by the mode and the curvature there, a short warm-up is enough.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from core.design.coding import Array
from core.fit.chains import Chains
from core.fit.errors import Cancelled, NoChains
from core.fit.joint import Joint
from core.fit.nuts_model import Way, compiled
from core.fit.nuts_numbers import joint_numbers_of, numbers_of, partly_numbers_of
from core.fit.prior import WorkingPrior
from core.fit.problem import Problem
from core.fit.threads import one_thread

# Draws of each chain before those that count: step size and scales settle within 100 of a whitened density.
TUNE = 300
# Products a step up to which all factors' effects are integrated out.
COLLAPSED = 10_000_000
# Acceptance that the step size is set for: at 0.8 one small panel in twelve had a divergence where the
# density falls off steeply, at 0.95 one in a hundred, for the same number of effective draws a second.
ACCEPT = 0.95
# Seeds that nutpie takes: 64 bits, of which larger seeds give the lowest.
SEEDS = 2**64
# Seconds between two looks at whether to stop.
POLL = 0.05


@dataclass(frozen=True, slots=True)
class Progress:
    """How far all chains are: draws made and to be made, warm-up included; divergences after the warm-up."""

    done: int
    total: int
    divergences: int
    tuning: bool


def sample_chains(
    posed: Problem | Joint,
    prior: WorkingPrior,
    mode: Array,
    root: Array,
    *,
    seed: int,
    chains: int = 4,
    draws: int = 1000,
    tune: int = TUNE,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Chains:
    """Returns chains of a Gaussian model's variance parameters.

    `mode` (d,) and `root` (d, d) of the covariance there make x = mode + root eta; NUTS walks in eta. `stop`
    is asked twenty times a second. Raises Cancelled and NoChains.
    """
    start = perf_counter()
    way, size = way_of(posed), len(mode)
    if isinstance(posed, Problem):
        numbers = numbers_of(posed, prior, mode, root)
    elif way is Way.SEVERAL:
        numbers = joint_numbers_of(posed, prior, mode, root)
    else:
        numbers, size = partly_numbers_of(posed, prior, mode, root), size + posed.starts[-1]
    ready = compiled(size, way).with_data(numbers=numbers)
    walked = walk(
        ready,
        perf_counter() - start,
        seed=seed,
        chains=chains,
        draws=draws,
        tune=tune,
        progress=progress,
        stop=stop,
    )
    return replace(walked, x=mode + walked.x[..., : len(mode)] @ root.T)


def walk(
    ready: Any,
    compiling: float,
    *,
    seed: int,
    chains: int,
    draws: int,
    tune: int,
    progress: Callable[[Progress], None],
    stop: Callable[[], bool],
    accept: float = ACCEPT,
) -> Chains:
    """Returns chains of eta of a compiled model with its data. Raises Cancelled, NoChains."""
    import nutpie  # after `compiled`, which sees to a folder that can be written to

    latest: list[Any] = []

    def heard(each: list[Any]) -> None:
        latest[:] = [each]

    start = perf_counter()
    with one_thread():
        sampler = nutpie.sample(
            ready,
            draws=draws,
            tune=tune,
            target_accept=accept,
            chains=chains,
            cores=min(chains, 2, os.cpu_count() or 1),
            seed=int(seed) % SEEDS,
            save_warmup=False,
            progress_bar=False,
            blocking=False,
            progress_rate=int(1000 * POLL),
            progress_callback=heard,
        )
        tree = _waited(sampler, lambda: progress(_so_far(latest[0], draws, tune)) if latest else None, stop)
    stats = tree["sample_stats"]
    return Chains(
        x=tree["posterior"]["eta"].to_numpy(),
        energy=stats["energy"].to_numpy(),
        diverging=stats["diverging"].to_numpy().astype(bool),
        depth=stats["depth"].to_numpy().astype(np.intp),
        step_size=stats["step_size"].to_numpy()[:, -1],
        tune=tune,
        compiling=compiling,
        sampling=perf_counter() - start,
        seed=seed,
    )


def way_of(posed: Problem | Joint) -> Way:
    """Returns which density NUTS walks on."""
    if isinstance(posed, Problem):
        return Way.ONE
    wide = posed.first.xy.shape[1] + posed.starts[-1]
    return Way.SEVERAL if posed.first.xy.shape[0] * posed.first.cells * wide**2 <= COLLAPSED else Way.PARTLY


def _waited(sampler: Any, tell: Callable[[], None], stop: Callable[[], bool]) -> Any:
    """What the sampler found. It runs in threads of its own, which must have ended before this returns."""
    try:
        while True:
            try:
                return sampler.wait(timeout=POLL)
            except TimeoutError:
                if stop():
                    raise Cancelled("Sampling") from None
            except RuntimeError as error:
                raise NoChains(str(error).splitlines()[0]) from error
            tell()
    except BaseException:
        sampler.cancel()
        raise


def _so_far(each: list[Any], draws: int, tune: int) -> Progress:
    return Progress(
        done=sum(one.finished_draws for one in each),
        total=len(each) * (draws + tune),
        divergences=sum(draw >= tune for one in each for draw in one.divergent_draws),
        tuning=any(one.tuning for one in each),
    )
