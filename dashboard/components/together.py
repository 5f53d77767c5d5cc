"""How the coefficients that vary by group go together: the grid, and each pair in words."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import streamlit as st

from core.spec.model import groupings
from dashboard import families, headlines, safe, state, titles, wording
from dashboard.charts.covariance import covariance_chart
from dashboard.components import page
from dashboard.displayed import displayed, spread
from dashboard.grouped import INTERCEPT, LIMIT, Grouped
from dashboard.nouns import Noun
from dashboard.numbers import interval, number
from dashboard.scale import scale


def together(view: Grouped) -> None:
    """Shows spreads and correlations when two or more terms vary; baselines read at average predictors."""
    if len(view.terms) < 2:
        return
    covariance = view.covariance()
    spreads = [view.spread(term) for term in view.terms]
    if not any(spreads):
        return
    grid = [
        [_correlation(covariance, spreads, a, b) for b in range(len(spreads))] for a in range(len(spreads))
    ]
    names = [view.short(term) for term in view.terms]
    full = [_response(view, term) for term in view.terms]
    pairs = [(grid[b][a], a, b) for a, b in combinations(range(len(names)), 2)]
    known = [pair for pair in pairs if pair[0] is not None and abs(pair[0]) <= LIMIT]
    # The scatter's title has said how the baseline and the slope in view go together.
    unsaid = [pair for pair in known if {view.terms[at] for at in pair[1:]} != {INTERCEPT, view.term}]
    strongest = max(unsaid, key=lambda pair: abs(pair[0] or 0.0), default=None)
    page.chart_title(
        headlines.pair(strongest[0], *(full[at] for at in strongest[1:]), view.noun)
        if strongest
        else _apart(view, spreads),
        f"± how far {view.noun.many} differ (one SD{_unit(view)}); below the diagonal the correlation of "
        "what differs, baselines read at average predictors",
        "together",
    )
    left, right = st.columns([0.5, 0.5], gap="medium", vertical_alignment="center")
    with left:
        drawn = covariance_chart(spreads, grid, names, state.theme())
        facts = {f"{names[a]} and {names[b]}": f"{value:.2f}" for value, a, b in known}
        page.chart(drawn, key="together", alt=headlines.alt("Correlations", facts), file_name="covariance")
    with right:
        said = [_differ(view, term, sd) for term, sd in zip(view.terms, spreads, strict=True)]
        said += [
            _words(pair[0], full[pair[1]], full[pair[2]], view.noun)
            for pair in pairs
            if pair != strongest and (pair in unsaid or pair not in known)
        ]
        said += _limits(view)
        st.markdown(page.unbroken("\n".join(f"- {line}" for line in said)))


def _response(view: Grouped, term: str) -> str:
    """What differs between groups: 'baseline', 'youtube response', 'effect of promo Bundle instead of …'."""
    compared = view.compared(term)
    return f"effect of {compared}" if compared else wording.response(term)


def _apart(view: Grouped, spreads: Sequence[float]) -> str:
    if INTERCEPT not in view.terms or view.term == INTERCEPT or view.compared(view.term):
        return f"How far {view.noun.many} differ in what varies"
    swing = view.swing(view.term, spreads[view.terms.index(view.term)])
    return titles.apart(spreads[view.terms.index(INTERCEPT)], swing, view.term, view.outcome, view.noun)


def _correlation(covariance: Any, spreads: Sequence[float], a: int, b: int) -> float | None:
    if not spreads[a] or not spreads[b]:
        return None
    return max(-1.0, min(1.0, float(covariance[a, b]) / (spreads[a] * spreads[b])))


def _differ(view: Grouped, term: str, sd: float) -> str:
    what = safe.markdown(_response(view, term))
    # A column stays as the file writes it.
    start = _capital(what) if term == INTERCEPT or view.compared(term) else what
    if sd == 0:
        return f"{view.noun.title} do not differ detectably in {what}."
    if families.generalised(view.shown.spec):
        show = displayed(view)
        within, unit = show.between(term, *spread(view, term)), safe.markdown(show.says[term], 90)
        return f"{start}: about two thirds of {view.noun.many} lie within {within} ({unit})."
    middle = view.middle(term)[0]
    low, high = view.middle(term)[1:]
    # No finer than the average itself is known, unless both ends would then read alike.
    ends = [number(end, (high - low) / 4) for end in (middle - sd, middle + sd)]
    within = " to ".join(ends) if ends[0] != ends[1] else interval(middle - sd, middle + sd)
    unit = safe.markdown(view.says(term), 90)
    return f"{start}: about two thirds of {view.noun.many} lie within {within} {unit}."


def _unit(view: Grouped) -> str:
    if not families.generalised(view.shown.spec):
        return ""
    return f", {safe.markdown(scale(view.shown.spec).added, 60)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _words(value: float | None, one: str, other: str, noun: Noun) -> str:
    if value is None:
        return f"{safe.markdown(one)} and {safe.markdown(other)}: one of them does not vary detectably."
    if abs(value) > LIMIT:
        return (
            f"{_capital(safe.markdown(one))} and {safe.markdown(other)}: these rows cannot tell how the two "
            f"go together (the estimate sits at its limit, {number(value)}). Do not read a relation into it."
        )
    return f"{headlines.pair(value, one, other, noun)}."


def _limits(view: Grouped) -> list[str]:
    said = []
    if view.shown.fit.singular:
        said.append("The fit is at a boundary, so take these relations as a guess.")
    mine = [part for part in view.shown.spec.random if view.grouping.columns in groupings(part)]
    if not all(part.correlated for part in mine) and INTERCEPT in view.terms:
        said.append(
            "This model keeps its terms unrelated where every predictor is zero; relations with the baseline "
            "here come from reading it at average predictors."
        )
    return said
