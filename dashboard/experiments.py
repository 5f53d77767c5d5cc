"""Which predictor is looked at as an experiment, which of its values was there before, what is better."""

import re
from collections.abc import Sequence

from core.result.arms import Arms

# Names that say that rows were given one thing or another.
GIVEN = re.compile(
    r"variant|\barm\b|treat|version|experiment|test|\bab\b|condition|group|creative", re.IGNORECASE
)
# Values that stand for what was there before.
BEFORE = re.compile(
    r"(a|0|no|none|without|off|control|kontrolle|base(line)?|original|old|current|default|placebo)\b|no[A-Z]",
    re.IGNORECASE,
)
# Outcomes of which fewer are better.
UNWANTED = re.compile(
    r"churn|cancel|unsub|bounce|return(ed|s)\b|refund|complain|default|fraud|error|defect|spam|lost|loss|abandon"
    r"|kuendig|kündig",
    re.IGNORECASE,
)


def shown_first(known: Sequence[Arms], by_name: bool = False) -> tuple[Arms, ...]:
    """Returns the predictors to offer as experiments: those named like one, then those of two values unless
    `by_name` alone counts.

    A guess from names, which the reader changes with one click: a season or a device is no experiment.
    """
    first = [one for one in known if named(one)]
    others = [one for one in known if one not in first and len(one.names) == 2]
    return (*first, *([] if by_name else others))


def named(one: Arms) -> bool:
    """Returns whether a predictor's name says that rows were given one thing or another."""
    return GIVEN.search(one.predictor) is not None


def before(names: Sequence[str]) -> str:
    """Returns the value that others are held against: the one that reads like what was there before.

    The reference of the model where none or several do.
    """
    found = [name for name in names if BEFORE.match(re.sub(r"[_\W]+", " ", name).strip())]
    return found[0] if len(found) == 1 else names[0]


def more_is_better(outcome: str) -> bool:
    """Returns whether an outcome reads like one to have more of."""
    return UNWANTED.search(outcome) is None
