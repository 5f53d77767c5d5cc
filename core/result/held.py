"""Where a slope is read: with x:w in the model the slope of x depends on w, so w is held somewhere."""

import numpy as np

from core.design.coding import Array
from core.design.errors import MissingColumns
from core.design.layout import INTERCEPT
from core.fit.along import Along


def partners(linear: Along, term: str) -> dict[str, tuple[str, ...]]:
    """Returns, by label, the columns that move with a term, and by which others each is multiplied.

    {"x": (), "x:w": ("w",)} for x. Read from the layout's structure: a plain column of the file may be
    called "x:w" too. Columns left out as repetitions are not listed.
    """
    products = dict(linear.moments.layout.products)
    own = frozenset(products.get(term, (term,)))
    used = {*linear.problem.fixed, *linear.problem.random}
    moving = {
        name: tuple(part for part in parts if part not in own)
        for name, parts in products.items()
        if name in used and own < set(parts)
    }
    return {term: ()} | moving


def held(linear: Along, term: str) -> tuple[tuple[str, float], ...]:
    """Returns the partners of a term and the value each is held at: its average over all rows, in units.

    The average of an indicator such as "promo[yes]" is its share of the rows. Empty without interactions.
    """
    names = tuple(dict.fromkeys(part for parts in partners(linear, term).values() for part in parts))
    values = averages(linear, names)
    return tuple((name, float(value)) for name, value in zip(names, values, strict=True))


def rates(linear: Along, term: str, names: tuple[str, ...], means: Array) -> Array:
    """Returns how much each column of `names` moves with one unit of a term: (..., k).

    `means` (..., d) are the values, in units, at which the other columns of the moments are held: one row
    for all groups or one for each. 1 for the term itself, the product of the partners' values for its
    interactions, 0 for the rest.
    """
    moving = partners(linear, term)
    found = np.zeros((*means.shape[:-1], len(names)))
    for k, name in enumerate(names):
        if name in moving:
            found[..., k] = means[..., places(linear, moving[name])].prod(axis=-1)
    return found


def averages(linear: Along, terms: tuple[str, ...]) -> Array:
    """Returns the mean over all rows of each column (1 for the intercept), in its own units."""
    centre = linear.moments.columns.centre
    return np.array([1.0 if t == INTERCEPT else centre[places(linear, (t,))[0]] for t in terms])


def group_averages(linear: Along) -> Array:
    """Returns the mean of each column of the moments over each group's own rows, in units: (J, d)."""
    columns = linear.moments.columns
    return np.asarray(columns.centre + columns.scale * linear.moments.mean)


def places(linear: Along, names: tuple[str, ...]) -> list[int]:
    """Returns the places of columns in the moments. Raises MissingColumns."""
    known = linear.moments.columns.names
    if absent := [name for name in names if name not in known]:
        raise MissingColumns(absent)
    return [known.index(name) for name in names]
