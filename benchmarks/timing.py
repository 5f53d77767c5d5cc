"""Fair timing on a machine that does other things: engines take turns, and medians are compared."""

import gc
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from benchmarks.engines import Engine


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each repetition, and the log-likelihood found; no seconds: it did not finish."""

    name: str
    seconds: tuple[float, ...]
    log_likelihood: float

    @property
    def median(self) -> float:
        """The middle repetition."""
        return median(self.seconds)


def interleaved(engines: list[Engine], repeats: int) -> list[Timing]:
    """Returns the timings of engines that take turns (A B C, A B C, ...) after one warm-up each.

    A slow spell of the machine then falls on all of them; the garbage collector runs between turns only.
    """
    found = {}
    for engine in engines:
        try:
            found[engine.name] = engine.run()
        except TimeoutError:
            found[engine.name] = float("nan")
    seconds: dict[str, list[float]] = {engine.name: [] for engine in engines}
    for turn in range(repeats):
        for engine in engines:
            if turn < engine.most and found[engine.name] == found[engine.name]:
                seconds[engine.name].append(_timed(engine))
    return [Timing(name, tuple(seconds[name]), value) for name, value in found.items()]


def _timed(engine: Engine) -> float:
    gc.collect()
    gc.disable()
    try:
        start = perf_counter()
        engine.run()
        return perf_counter() - start
    finally:
        gc.enable()
