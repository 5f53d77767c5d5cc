"""The Model page's results of yes/no, counts and amounts: headline, figures, ratios, the change they make."""

from math import isnan

import pandas as pd
import streamlit as st

from dashboard import (
    beside_glm,
    headlines,
    naming,
    ratio_words,
    readouts,
    safe,
    scale_words,
    soundness,
    state,
    swings,
    wording,
)
from dashboard.charts.effects import coefficient_chart
from dashboard.components import ab, page
from dashboard.numbers import percent, width
from dashboard.readouts import Readout
from dashboard.scale import Scale, scale
from dashboard.state import Shown

ENDS = 12.0  # logarithms of ratios beyond which none is drawn: a factor of 160,000
SCALES = {"spread": "per usual swing (1 SD)", "unit": "per unit"}
STEPS = {"spread": "numbers for a one-SD rise", "unit": "numbers for one unit more"}


def lead(shown: Shown) -> None:
    """Shows the headline and the figures."""
    if verdict := ab.lead(shown):
        page.figures([*verdict, *_shares(shown)])
        return
    says, place = scale(shown.spec), readouts.leading(shown)
    rows, found = readouts.readouts(shown), readouts.changes(shown)
    if place is None:
        said = scale_words.headline(shown.fit, naming.groupings(shown), says)
    else:
        said = ratio_words.headline(rows[place], found.iloc[place], shown.fit, says)
    said = soundness.doubted(said, shown)
    page.headline(*(safe.markdown(page.unbroken(part), 600) for part in said))
    page.figures([*_figures(shown, place, says), *_shares(shown)])


def _figures(shown: Shown, place: int | None, says: Scale) -> list[page.Figure]:
    if place is None or readouts.readouts(shown)[place].endless:
        return []
    one, row = readouts.readouts(shown)[place], readouts.changes(shown).iloc[place]
    plain = readouts.plain_changes(shown).iloc[place]
    name = safe.markdown(one.label.replace("\n", ", "), 40)
    shown_ = [
        page.Figure(
            f"At a typical case: {name}",
            ratio_words.points(row, says),
            f"from {ratio_words.between(row, says)}",
            wording.TYPICAL_HELP,
        )
    ]
    if says.multiplies:
        figure = page.Figure(
            f"{says.ratio[:1].upper()}{says.ratio[1:]}",
            ratio_words.ratio(row),
            f"{width(shown.fit.level)} {ratio_words.ratio_ends(row)}",
            wording.RATIO_OF_ODDS_HELP if says.yes_no else wording.RATIO_OF_RATES_HELP,
        )
        shown_.insert(0, figure)
    if naming.grouping(shown) is not None:
        claim = ratio_words.ratio(plain) if says.multiplies else ratio_words.points(plain, says)
        ends = ratio_words.ratio_ends(plain) if says.multiplies else ratio_words.ends(plain, says)
        wide = f"{width(shown.fit.level)} {ends}"
        shown_.append(page.Figure("Plain regression claims", claim, wide, wording.GLM_HELP))
    return shown_


def _shares(shown: Shown) -> list[page.Figure]:
    fit = shown.fit
    if naming.grouping(shown) is None:
        return [
            page.Figure(
                "Explained by predictors",
                percent(fit.r_squared().marginal),
                "of the latent variation",
                wording.LATENT_R2_HELP,
            )
        ]
    many, icc = naming.groups_noun().many, fit.icc()
    also = "" if isnan(icc.observed) else f", {percent(icc.observed)} in single outcomes"
    return [
        page.Figure(
            f"Between {many}",
            percent(icc.adjusted),
            f"of what predictors leave, latent{also}",
            wording.LATENT_ICC_HELP,
        )
    ]


def coefficients(shown: Shown) -> None:
    """Shows the chart that carries the page: ratios on a logarithmic axis, or points at a typical case."""
    says, rows = scale(shown.spec), readouts.readouts(shown)
    if not rows:
        page.chart_title(
            "No predictors in this model", "Choose predictors to see what goes with the outcome.", "effects"
        )
        return
    title = st.container()
    numbers = not all(swings.is_indicator(shown, one.term) for one in rows)
    spread, ratios = _asked(says, numbers)
    found, plain = readouts.changes(shown, spread), readouts.plain_changes(shown, spread)
    with title:
        finding = ratio_words.title(rows, readouts.changes(shown), says)
        page.chart_title(
            *soundness.titled(safe.markdown(finding, 300), _drawn(shown, rows), shown), "effects"
        )
    keys = [str(place) for place in range(len(rows))]
    effects = _effects(found, keys, ratios, says)
    far = frozenset(key for key, one in zip(keys, rows, strict=True) if one.endless)
    order = effects["estimate"].abs().sort_values(ascending=False).index
    step = f", {STEPS['spread' if spread else 'unit']}" if numbers else ""
    what = f"{says.ratio}, {says.doing}" if says.yes_no else f"{says.ratio}, {says.mean}"
    change = f"change in {says.mean}{', points' if says.yes_no else ''}, at a typical case"
    axis = f"{what}{step}" if ratios else f"{change}{step}"
    wide = width(shown.fit.level)
    drawn = coefficient_chart(
        effects.loc[order],
        _effects(plain, keys, ratios, says).loc[order] if naming.grouping(shown) is not None else None,
        state.theme(),
        names=dict(zip(keys, (one.label for one in rows), strict=True)),
        sentences=sentences_of(shown),
        axis=axis,
        width=wide,
        ratios=ratios,
        endless=far,
    )
    facts = {
        one.label.replace("\n", ", "): (ratio_words.endless if one.endless else ratio_words.effect)(row, says)
        for one, (_, row) in list(zip(rows, readouts.changes(shown).iterrows(), strict=True))[:6]
    }
    page.chart(
        drawn, key="effects", alt=headlines.alt(f"Effects with {wide} intervals", facts), file_name="effects"
    )


def _asked(says: Scale, numbers: bool) -> tuple[bool, bool]:
    """Whether numbers, if any, are read by a usual swing, and whether effects are shown as ratios."""
    size = "unit"
    with st.container(horizontal=True, gap="small"):
        if numbers:
            size = st.segmented_control(
                "Effect shown",
                list(SCALES),
                key="effect_scale",
                default="spread",
                format_func=SCALES.__getitem__,
                label_visibility="collapsed",
                persist_state="session",
                required=True,
            )
        if not says.multiplies:
            return size == "spread", False
        names = {"ratio": says.ratios, "typical": "change at a typical case"}
        what = st.segmented_control(
            "Shown as",
            list(names),
            key="effect_as",
            default="ratio",
            format_func=names.__getitem__,
            label_visibility="collapsed",
            persist_state="session",
            required=True,
        )
    return size == "spread", what == "ratio"


def _effects(found: pd.DataFrame, keys: list[str], ratios: bool, says: Scale) -> pd.DataFrame:
    names = ("estimate", "estimate_error", "estimate_low", "estimate_high")
    if not ratios:
        names = ("change", "std_error", "low", "high")
    size = 1.0 if ratios else says.size
    columns = dict(zip(("estimate", "std_error", "low", "high"), names, strict=True))
    drawn = {to: size * found[name].to_numpy() for to, name in columns.items()}
    table = pd.DataFrame(drawn, index=keys)
    return table.clip(-ENDS, ENDS) if ratios else table  # an endless effect is drawn at the edge, and said


def _drawn(shown: Shown, rows: tuple[Readout, ...]) -> str:
    dot, hollow = "this model", "cannot be told from none"
    if shown.fit.posterior:
        dot, hollow = "posterior mean", "the interval holds no effect"
    said = [f"dot: {dot}, line: {width(shown.fit.level)} interval, hollow: {hollow}"]
    if naming.grouping(shown) is not None:
        said.append("grey: what plain regression would claim")
    if any(one.where for one in rows):
        said.append("an interaction is read at each category")
    return " · ".join(said)


def sentences_of(shown: Shown) -> dict[str, str]:
    """Returns one plain sentence a step, by its place; first, without one, what a typical case comes to."""

    def said() -> dict[str, str]:
        says, rows = scale(shown.spec), readouts.readouts(shown)
        found, doubted = readouts.changes(shown), bool(soundness.doubt(shown))
        return {"": scale_words.baseline(shown.fit, says)} | {
            f"{place}": ratio_words.sentence(one, row, shown.fit, says, doubted)
            for place, (one, (_, row)) in enumerate(zip(rows, found.iterrows(), strict=True))
        }

    return state.kept(("ratio sentences", *shown.key), said)


def beside_plain_regression(shown: Shown) -> None:
    """Shows every step beside what plain regression of the same kind would have claimed."""
    rows = readouts.readouts(shown)
    if naming.grouping(shown) is None or not rows:
        return
    says, found, plain = scale(shown.spec), readouts.changes(shown), readouts.plain_changes(shown)
    finding = safe.markdown(beside_glm.title(rows, found, plain, says), 300)
    # What plain regression claims does not hang on this model: only its intervals do.
    page.chart_title(finding, soundness.titled(finding, beside_glm.DRAWN[says.multiplies], shown)[1], "plain")
    st.dataframe(
        beside_glm.rows(rows, found, plain, says, width(shown.fit.level)),
        hide_index=True,
        lazy=False,
        key="beside_plain",
        column_config={"": st.column_config.TextColumn(pinned=True)},
    )
