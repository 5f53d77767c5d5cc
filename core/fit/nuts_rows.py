"""NUTS on a generalised model's rows: fixed effects, group effects and variances together, by nutpie."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from core.errors import PanelwiseError
from core.fit.chains import Chains
from core.fit.nuts import Progress, walk
from core.fit.nuts_model import Way, compiled
from core.fit.nuts_rows_numbers import Walk, rows_numbers

# Warm-up of each chain: scales of all effects are learned, not only those of the variances.
TUNE = 500
# Acceptance that the step size is set for: none of 21 small panels had a divergence at 0.9 or at 0.95.
ACCEPT = 0.9
# Fewest coordinates of a compiled model; larger ones are powers of two: most tables find theirs ready.
FEWEST = 16
# Numbers that chains may hold: 1 GB.
MOST = 125_000_000


class TooManyEffects(PanelwiseError):
    """More effects than draws of all of them can be held."""

    def __init__(self, effects: int, draws: int) -> None:
        super().__init__(
            f"The model has {effects:,} effects; {draws:,} draws of all of them need more memory than this "
            'program takes. Fit it with method="laplace", or leave the grouping with most groups out.'
        )


def padded(size: int) -> int:
    """Returns how many coordinates the compiled model for `size` has."""
    return max(FEWEST, 1 << (size - 1).bit_length())


def sample_rows(
    coordinates: Walk,
    *,
    seed: int,
    chains: int = 4,
    draws: int = 1000,
    tune: int = TUNE,
    progress: Callable[[Progress], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
) -> Chains:
    """Returns chains of eta (chains, draws, D) of a generalised model; see `rows_drawn`.

    Raises TooManyEffects, Cancelled, NoChains.
    """
    size = coordinates.size
    if padded(size) * chains * draws > MOST:
        raise TooManyEffects(size, chains * draws)
    start = perf_counter()
    ready = compiled(padded(size), Way.ROWS).with_data(numbers=rows_numbers(coordinates))
    found = walk(
        ready,
        perf_counter() - start,
        seed=seed,
        chains=chains,
        draws=draws,
        tune=tune,
        progress=progress,
        stop=stop,
        accept=ACCEPT,
    )
    return replace(found, x=found.x[..., :size])
