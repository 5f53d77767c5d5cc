"""What a worker does before there is work for it: imports, and models compiled, a step at a time."""

import importlib.util
from collections.abc import Callable, Iterator


def steps(lane: str) -> Iterator[Callable[[], None]]:
    """Returns what to do ahead in a lane, the soonest needed first."""
    yield load
    if lane == "sampling":
        yield from compile_steps()


def load() -> None:
    """Loads what checks need, by making one fit: core imports much of it late."""
    import core
    from core.result.store import fit_from_bytes, fit_to_bytes
    from core.table.sent import table_from_bytes, table_to_bytes

    table = table_from_bytes(table_to_bytes(core.read_sample("retail_panel")))
    fit = fit_from_bytes(fit_to_bytes(core.fit(table, "sales ~ youtube + (1 + youtube | store)")))
    core.bootstrap(fit, 20, seed=0)


def compile_steps() -> Iterator[Callable[[], None]]:
    """Returns one step for each model to compile; none where there is no sampler."""
    if importlib.util.find_spec("core.fit.nuts") is None:
        return
    from core.fit import nuts

    yield from getattr(nuts, "ahead_steps", tuple)()
