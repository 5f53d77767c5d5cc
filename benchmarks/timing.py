"""Fair timing on a machine that does other things: engines take turns, and medians are compared."""

import gc
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

from benchmarks.engines import Engine


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each repetition by the clock and of processor time, and the log-likelihood found.

    No seconds: it did not finish. Processor time adds up the threads, and other programs do not change it
    much: on a busy machine it is the figure to compare.
    """

    name: str
    seconds: tuple[float, ...]
    processor: tuple[float, ...]
    log_likelihood: float

    @property
    def median(self) -> float:
        """The middle repetition."""
        return median(self.seconds)

    @property
    def processor_median(self) -> float:
        """Processor seconds of the middle repetition."""
        return median(self.processor)


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
    spent: dict[str, list[tuple[float, float]]] = {engine.name: [] for engine in engines}
    for turn in range(repeats):
        for engine in engines:
            if turn < engine.most and found[engine.name] == found[engine.name]:
                spent[engine.name].append(_timed(engine))
    return [
        Timing(name, tuple(s for s, _ in spent[name]), tuple(p for _, p in spent[name]), value)
        for name, value in found.items()
    ]


def _timed(engine: Engine) -> tuple[float, float]:
    gc.collect()
    gc.disable()
    try:
        start, busy = perf_counter(), process_time()
        engine.run()
        return perf_counter() - start, process_time() - busy
    finally:
        gc.enable()
