"""What may be asked of a fit: widths of intervals, numbers of draws, seeds."""

from numbers import Real

import numpy as np

from core.errors import PanelwiseError


class BadLevel(PanelwiseError):
    """An interval width that is not a number inside (0, 1)."""

    def __init__(self, level: object) -> None:
        width = f"{level:g}" if isinstance(level, int | float) else repr(level)
        super().__init__(
            f"An interval of width {width} does not exist. Give a share between 0 and 1, such as 0.95."
        )


class NoDraws(PanelwiseError):
    """Fewer than one draw was asked for, or no whole number of them."""

    def __init__(self, n: object) -> None:
        super().__init__(
            f"{n!r} draws cannot say anything. Ask for a whole number, at least one; 1,000 or more are usual."
        )


class BadSeed(PanelwiseError):
    """A seed that is not a whole number from 0 up."""

    def __init__(self, seed: object) -> None:
        super().__init__(f"{seed!r} cannot be a seed. Use a whole number from 0 up, such as 0.")


def check_level(level: object) -> None:
    """Raises BadLevel unless a width is a number inside (0, 1)."""
    if isinstance(level, bool) or not isinstance(level, Real) or not 0 < float(level) < 1:
        raise BadLevel(level)


def check_draws(n: object, seed: object) -> None:
    """Raises NoDraws or BadSeed."""
    if not is_whole(n, 1):
        raise NoDraws(n)
    check_seed(seed)


def check_seed(seed: object) -> None:
    """Raises BadSeed."""
    if not is_whole(seed, 0):
        raise BadSeed(seed)


def is_whole(number: object, least: int) -> bool:
    """Returns whether something is a whole number from `least` up; 6.0 and True are none."""
    return isinstance(number, int | np.integer) and not isinstance(number, bool) and int(number) >= least
