"""What a worker does before there is work for it: imports, and models compiled, a step at a time."""

from collections.abc import Callable, Iterator


def steps(lane: str) -> Iterator[Callable[[], object]]:
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


def compile_steps() -> Iterator[Callable[[], object]]:
    """Returns one step for each model to compile, after which work that waits comes first."""
    from core.fit.nuts_model import ahead_steps

    yield from ahead_steps()
