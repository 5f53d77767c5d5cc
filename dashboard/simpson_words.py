"""Simpson's paradox in the words of the page: by predictor and values, turned as headlines turn them."""

from dataclasses import replace
from math import exp

from core.finding import Finding
from dashboard import equation, families, naming, readouts, sentences, wording
from dashboard.numbers import number
from dashboard.scale import scale
from dashboard.state import Shown


def in_words(shown: Shown, finding: Finding) -> Finding:
    """Returns a finding of topic "simpson" in which no raw coefficient is named; others as they are."""
    if finding.topic != "simpson":
        return finding
    term = finding.about
    other = families.generalised(shown.spec)
    turned = other and readouts.flipped(shown, term)
    pooled, within = (
        -finding.numbers[name] if turned else finding.numbers[name] for name in ("pooled", "within")
    )
    start = sentences.opening(shown.fit, term, naming.pairs(shown), turned)
    what = scale(shown.spec).target if other else equation.outcome_of(shown)
    ratio = other and scale(shown.spec).multiplies
    groups = " and ".join(one.noun.one for one in naming.groupings(shown))
    column = sentences.levels(shown.fit).get(term, (wording.term(term),))[0]
    return replace(
        finding,
        message=f"{start}: {what} {_way(pooled)} over all rows together ({_written(pooled, ratio)}), and "
        f"{_way(within)} among rows of the same {groups} ({_written(within, ratio)}): Simpson's paradox.",
        advice=f"Act on the second figure, which compares like with like, unless {column} itself decides "
        f"which {groups} a row belongs to.",
        numbers={"pooled": pooled, "within": within},
    )


def _way(effect: float) -> str:
    return "higher" if effect > 0 else "lower"


def _written(effect: float, ratio: bool) -> str:
    return f"× {exp(min(effect, 700.0)):.2f}" if ratio else number(effect, abs(effect) / 20, signed=True)
