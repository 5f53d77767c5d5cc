"""The Pooling page: what each group says alone, what all say as one, and where the model puts it between."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.result.proof import tried
from core.spec.model import Family
from dashboard import actions, families, headlines, safe, soundness, state, wording
from dashboard import pooling_words as words
from dashboard.charts.arrows import Axis, arrows_chart
from dashboard.charts.caterpillar import SEVERAL, ends, group_words
from dashboard.charts.dumbbells import dumbbells
from dashboard.charts.proof import proof_chart
from dashboard.components import each_group, page, tables
from dashboard.components.working import sent, worked
from dashboard.displayed import Ends, full
from dashboard.equation import outcome_of
from dashboard.grouped import INTERCEPT
from dashboard.numbers import interval, number, percent, width
from dashboard.pooled import Pooled
from dashboard.report.finance import file_name, pooling
from dashboard.scale import scale

FOLDS, SEED = 5, 1
# Groups and rows up to which the proof, some fits more, is made within the page; else it is asked for.
MANY, FEW_ROWS = 300, 1_000
ROWS = {Family.GAUSSIAN: 10_000, Family.BINOMIAL: 5_000, Family.POISSON: 5_000}
TOPS, USUAL = (1, 3, 5, 10), 3


def lead(seen: Pooled) -> None:
    """Shows the headline and the figures."""
    view = seen.view
    found = _at_once(seen)
    sure = words.certainty(found) if _is_proof(found) else words.HELP["partial"]
    sentence = words.headline(
        seen.typical,
        view.spread(view.term),
        view.alone,
        _what(seen),
        view.noun,
        [one.noun for one in view.others],
    )
    sure = words.among(sure, seen.silent, len(view.table), view.noun)
    page.headline(*soundness.doubted((sentence, sure), view.shown))
    shown = [*_shrinkage(seen), *_missed(found), *(_lift(seen) if seen.told else [each_group.apart(view)])]
    page.figures(shown)
    page.findings(soundness.reading(view.shown, view.by), "held")


def _what(seen: Pooled) -> str:
    view = seen.view
    if view.term != INTERCEPT:
        return f"response to {safe.markdown(view.name(view.term), 60)}"
    return safe.markdown(scale(view.shown.spec).mean if families.generalised(view.shown.spec) else "baseline")


def _shrinkage(seen: Pooled) -> list[page.Figure]:
    view = seen.view
    share = seen.typical
    if share != share:
        return []
    label, means, says = (
        ("Pulled to the middle", f"median {view.noun.one}", wording.SHRINKAGE_HELP)
        if view.alone
        else ("Left open", f"of their variance, median {view.noun.one}", wording.OPEN_HELP)
    )
    return [page.Figure(label, percent(share), means, says)]


def _missed(found: Any) -> list[page.Figure]:
    if not _is_proof(found):
        return []
    miss = found.table[found.measure]
    error = float(miss["partial"]) / 30
    rest = [
        f"{number(miss[name], error)} {words.NAMES[name].lower()}"
        for name in ("none", "complete")
        if miss[name] == miss[name]
    ]
    label, sign = (
        ("Missed by, in between", "± ") if found.measure == "rmse" else ("Squared miss, in between", "")
    )
    value = f"{sign}{number(miss['partial'], error)}"
    return [page.Figure(label, value, ", ".join(rest), words.HELP["partial"])]


def _lift(seen: Pooled) -> list[page.Figure]:
    view, top = seen.view, _tops(seen)[1]
    best, cost = seen.winners(top), seen.cost()
    error = (best.repeat.high - best.repeat.low) / 4
    found = [
        page.Figure(
            f"Top {top}, by own rows" if top > 1 else "Top, by own rows",
            seen.write(best.raw, error),
            f"expect {seen.write(best.repeat.mean, error)} next time",
            wording.WINNERS_HELP,
        )
    ]
    if view.term != INTERCEPT and seen.lifts and cost.chosen_by_pooled:
        means = (
            f"{cost.differ} of {len(cost.chosen_by_raw)} chosen are others"
            if cost.differ
            else f"by either the same {words.of_them(len(cost.chosen_by_raw), view.noun)}"
        )
        found.append(
            page.Figure("Lost by trusting own rows", _lost(seen, cost), means, wording.MISALLOCATED_HELP)
        )
    return found


def _lost(seen: Pooled, cost: Any) -> str:
    return _less(seen, cost.by_pooled.mean, cost.lost.mean, (cost.lost.high - cost.lost.low) / 4)


def _less(seen: Pooled, at: float, by: float, error: float) -> str:
    """A loss in words: percent of ratios, points of probabilities, else the amount."""
    value = seen.less(at, by)
    wide = abs(seen.less(at, by + error) - value) if error else None
    if seen.view.term in seen.show.ratios:
        return f"{number(100 * value, None if wide is None else 100 * wide)} %"
    if families.generalised(seen.view.shown.spec) and scale(seen.view.shown.spec).yes_no:
        return f"{number(value, wide)} points"
    return number(value, wide)


def choose(seen: Pooled) -> None:
    """Shows which coefficient is looked at, where several vary."""
    view = seen.view
    if len(view.terms) > 1:
        st.selectbox(
            "Looked at",
            list(view.terms),
            key=state.seed("pooling_term", view.term),
            width=260,
            format_func=view.short,
            on_change=actions.set_tiers,
            args=("pooling_term", "slope"),
        )


def carrying(seen: Pooled) -> None:
    """Shows the chart that carries the page: arrows where baseline and response vary, else dumbbells."""
    if has_arrows(seen):
        arrows(seen)
    else:
        rows(seen)


def has_arrows(seen: Pooled) -> bool:
    """Returns whether the chart that carries the page is that of arrows."""
    view = seen.view
    return seen.told and view.term != INTERCEPT and INTERCEPT in view.terms


def arrows(seen: Pooled) -> None:
    """Shows the shrinkage arrows in the plane of baseline and response."""
    view, show, term = seen.view, seen.show, seen.view.term
    away = (seen.own - show.table[term]).abs().dropna()
    far = away.idxmax()
    why = words.reasons(seen.causes(term).loc[[far]], view.noun, view.cases)[0]
    error = float(show.table.loc[far, f"{term}_se"])
    page.chart_title(
        words.moves(
            headlines.named(far, view.noun, view.label),
            seen.said(float(seen.own[far]), error),
            show.write(term, float(show.table.loc[far, term]), error),
            safe.markdown(why),
        ),
        f"ring: that {view.noun.one}'s own rows; arrow to the dot where all rows together put it; "
        f"diamonds: average, and plain regression of all as one · click one to choose it",
        "arrows",
    )
    axes = tuple(
        Axis(one, show.axes[one], show.middles[one][0], seen.complete[one][0], one in show.ratios)
        for one in (INTERCEPT, term)
    )
    drawn = arrows_chart(
        show.table,
        show.raw,
        (axes[0], axes[1]),
        state.theme(),
        label=view.label,
        words=group_words(show.table, term, view.label, width(view.shown.fit.level)),
        selected=view.selected,
    )
    page.chart(
        drawn,
        key="arrows",
        alt=f"Arrows from own to pooled estimates of {view.noun.count(len(show.table))}",
        file_name="shrinkage",
        choose=True,
    )


def rows(seen: Pooled) -> None:
    """Shows every group's own and pooled figure in a row; of thousands both ends and the one chosen."""
    view, show, term = seen.view, seen.show, seen.view.term
    page.chart_title(*_spread_title(seen), "dumbbells")
    order = st.selectbox(
        "Order",
        list(wording.POOLING_SORT) if seen.told else ["high", "low", "rows"],
        format_func=wording.POOLING_SORT.__getitem__,
        key="pooling_order",
        width=220,
        persist_state="session",
    )
    ordered = _sorted(seen, order)
    shown, left_out = ends(ordered, view.selected, SEVERAL)
    shares = view.pulled(term).reindex(shown.index)
    causes = seen.causes(term).reindex(shown.index)
    why = words.reasons(causes, view.noun, view.cases, words.SHORT) if view.alone else None
    drawn = dumbbells(
        shown,
        state.theme(),
        says=show.axes[term],
        middle=_upright(seen, show.middles[term]),
        complete=_upright(seen, seen.complete[term]),
        aside=[safe.figure(one, 60) for one in words.aside(shares, why)] if why is not None else (),
        words=group_words(show.table.loc[shown.index], term, view.label, width(view.shown.fit.level)),
        label=view.label,
        selected=view.selected,
        left_out=left_out,
        among=seen.own if left_out else None,
        ratios=term in show.ratios,
    )
    page.chart(
        drawn,
        key="dumbbells",
        alt=f"Own and pooled figures of {view.noun.count(len(show.table))}",
        file_name="own and pooled",
        choose=True,
    )
    if view.alone:
        rows_ = view.cases.count(int(view.raw["n"].sum()))
        st.caption(words.equivalent(len(show.table), len(view.terms), bool(view.slopes), rows_, view.noun))


def _upright(seen: Pooled, ends_: Ends) -> tuple[float, str]:
    """A value that a line marks, and how it is written."""
    return ends_[0], seen.show.write(seen.view.term, ends_[0], abs(ends_[2] - ends_[1]) / 4)


def _spread_title(seen: Pooled) -> tuple[str, str]:
    view, show, term = seen.view, seen.show, seen.view.term
    if not seen.told:
        others = " and ".join(one.noun.many for one in view.others)
        title = f"Every {view.noun.one} beside all as one"
        why = f"rows carry the differences of {others} too" if others else "own rows cannot tell it"
        return title, safe.markdown(f"dot: pooled estimate; no ticks of own rows: {why}", 300)
    own, pooled = seen.own.dropna(), show.table[term]
    error = float(show.table[f"{term}_se"].median())
    title = words.spread(
        (seen.said(own.min(), error), seen.said(own.max(), error)),
        (show.write(term, pooled.min(), error), show.write(term, pooled.max(), error)),
        _what(seen),
        view.noun,
    )
    drawn = f"tick: that {view.noun.one}'s own rows, an arrow where they lie off the scale; dot: in between"
    drawn = f"{drawn}; dashed: the average, dotted: plain regression of all as one"
    return title, words.among(drawn, seen.silent, len(show.table), view.noun)


def _sorted(seen: Pooled, order: str) -> pd.DataFrame:
    view, table, term = seen.view, seen.show.table, seen.view.term
    found = pd.DataFrame({"none": seen.own.reindex(table.index), "partial": table[term]})
    if not seen.told:
        found = found.assign(low=table[f"{term}_low"], high=table[f"{term}_high"])
    if order == "rows":
        return found.loc[view.raw["n"].reindex(table.index).sort_values().index]
    if order == "moved":
        away = (found["none"] - found["partial"]).abs()
        if len(away) > SEVERAL:  # the end of those that hardly move, not of those that have no own figure
            away = away[away.notna() | (away.index.astype(str) == view.selected)]
        return found.loc[away.sort_values(ascending=False, na_position="last").index]
    return found.sort_values("partial", ascending=order == "low")


def proof(seen: Pooled) -> None:
    """Shows how well the three foretell the same held-out rows."""
    view = seen.view
    found = _at_once(seen)
    if found is None:
        page.chart_title(*wording.PROOF, "proof")
        table = state.current().table
        found = worked(
            ("proof", view.by, *view.shown.key),
            wording.PROOF_ASKED,
            lambda: sent(view.shown.fit, table, factor=view.by, folds=FOLDS, seed=SEED),
        )
        if found is None:
            return
        title, drawn = words.verdict(found, view.noun, view.cases)
        st.markdown(f"**{title}.** :gray[{drawn}.]")
    elif isinstance(found, str):
        page.chart_title(wording.PROOF[0], safe.markdown(found, 400), "proof")
        return
    else:
        page.chart_title(*words.verdict(found, view.noun, view.cases), "proof")
    left, right = st.columns([0.62, 0.38], gap="medium", vertical_alignment="center")
    with left:
        drawn = proof_chart(
            found.folds,
            found.table[found.measure],
            state.theme(),
            says=words.axis(found.measure, safe.one_line(outcome_of(view.shown), 30)),
            names=words.NAMES,
        )
        page.chart(drawn, key="proof", alt="Misses on held-out rows by three poolings", file_name="proof")
    with right:
        if said := words.coverage(found):
            st.markdown(page.unbroken(said))
        if families.generalised(view.shown.spec) and view.shown.fit.posterior is not None:
            st.caption(wording.PROOF_LIKELY)
        st.caption(safe.markdown(f"{found.how}.", 200))


def _at_once(seen: Pooled) -> Any:
    """The proof, or why there is none, where it takes no time; None where it is asked for."""
    shown, table = seen.view.shown, state.current().table
    quick = shown.fit.posterior is None and seen.view.alone
    small = len(seen.view.table) <= MANY and shown.fit.n_rows <= ROWS.get(shown.fit.spec.family, FEW_ROWS)
    if not (quick and small) or table is None or shown.digest != state.current().digest:
        return None
    return seen.view.keep("proof", lambda: tried(shown.fit, table, seen.view.by, folds=FOLDS, seed=SEED))


def _is_proof(found: Any) -> bool:
    return found is not None and not isinstance(found, str)


def trusted(seen: Pooled) -> None:
    """Shows what trusting own rows costs: lifts that do not repeat, and money in the wrong groups."""
    view = seen.view
    if not seen.told:
        if view.others:
            page.chart_title("What would trusting own rows cost?", safe.markdown(_no_own(seen), 300), "trust")
        return
    if view.term == INTERCEPT or not seen.lifts:
        _winners(seen)
        return
    left, right = st.columns(2, gap="large")
    with left:
        _winners(seen)
    with right:
        _misallocated(seen)


def _no_own(seen: Pooled) -> str:
    many = " and ".join(one.noun.many for one in seen.view.others)
    return wording.NO_OWN.format(one=seen.view.noun.one, many=many)


def _winners(seen: Pooled) -> None:
    view, head = seen.view, st.container()
    tops, top = _tops(seen)
    if len(tops) > 1:
        top = st.segmented_control(
            wording.WINNERS_TOP, tops, default=top, key="pooling_top", required=True, persist_state="session"
        )
    best = seen.winners(top if top in tops else tops[0])
    error = (best.repeat.high - best.repeat.low) / 4
    low, high = sorted((seen.shown(best.repeat.low), seen.shown(best.repeat.high)))
    with head:
        title, drawn = words.winners(
            seen.write(best.raw, error),
            seen.write(best.repeat.mean, error),
            f"{width(view.shown.fit.level)} {seen.show.between(view.term, low, high)}",
            len(best.table),
            view.noun,
            best.p_less,
        )
        drawn = words.among(drawn, seen.silent, len(view.table), view.noun)
        page.chart_title(title, drawn, "winners")
    table = pd.DataFrame(
        {
            "none": best.table["raw"].map(seen.shown),
            "partial": best.table["pooled"].map(seen.shown),
            "low": best.table["low"].map(seen.shown),
            "high": best.table["high"].map(seen.shown),
        }
    )
    drawn = dumbbells(
        table,
        state.theme(),
        says=seen.show.axes[view.term],
        middle=_upright(seen, seen.show.middles[view.term]),
        words=[
            f"<b>{safe.figure(view.label(level))}</b><br>own rows {number(row['none'])}, expect "
            f"{number(row['partial'])}, {width(view.shown.fit.level)} {interval(row['low'], row['high'])}"
            for level, row in table.iterrows()
        ],
        label=view.label,
        selected=view.selected,
        ratios=view.term in seen.show.ratios,
    )
    page.chart(
        drawn,
        key="winners",
        alt=f"Own and expected figures of the top {len(best.table)} {view.noun.many}",
        file_name="expected repeat",
        choose=True,
    )


def _tops(seen: Pooled) -> tuple[list[int], int]:
    """How many leaders can be looked at, and how many are unless chosen; never most of the groups."""
    many = int(seen.own.notna().sum())
    tops = [count for count in TOPS if 2 * count <= many] or [1]
    return tops, max(count for count in tops if count <= USUAL)


def _misallocated(seen: Pooled) -> None:
    view, cost = seen.view, seen.cost()
    error = (cost.lost.high - cost.lost.low) / 4
    ends_of = " to ".join(
        _less(seen, cost.by_pooled.mean, end, error) for end in (cost.lost.low, cost.lost.high)
    )
    money = safe.markdown(view.name(view.term), 40) if seen.spend() else ""
    page.chart_title(
        *words.cost(
            cost.differ,
            len(cost.chosen_by_raw),
            _lost(seen, cost) + (f" per unit of {money}" if money else ""),
            f"{width(view.shown.fit.level)} {ends_of}",
            cost.p_worse,
            view.noun,
            money,
            not cost.chosen_by_pooled,
        ),
        "cost",
    )
    st.dataframe(
        _choices(seen, cost),
        hide_index=True,
        lazy=False,
        key="cost",
        height="content",
        column_config={"": st.column_config.TextColumn(pinned=True)},
    )
    st.caption(
        wording.COST_NOTE.format(many=view.noun.many, says=safe.markdown(seen.show.says[view.term], 90))
    )


def _choices(seen: Pooled, cost: Any) -> pd.DataFrame:
    view = seen.view
    said = partial(_expected, seen)
    rows_ = [
        ("promised by own rows", seen.write(cost.promised, (cost.by_raw.high - cost.by_raw.low) / 4)),
        ("to expect, chosen by own rows", said(cost.by_raw)),
        ("to expect, chosen in between", said(cost.by_pooled)),
        ("to expect, spread evenly", said(cost.evenly)),
    ]
    if not cost.chosen_by_pooled:
        del rows_[2]
    return pd.DataFrame(rows_, columns=["", f"mean {'response' if view.term != INTERCEPT else 'figure'}"])


def _expected(seen: Pooled, one: Any) -> str:
    low, high = sorted((seen.shown(one.low), seen.shown(one.high)))
    error = (one.high - one.low) / 4
    return (
        f"{seen.write(one.mean, error)} ({width(seen.view.shown.fit.level)} "
        f"{seen.show.between(seen.view.term, low, high)})"
    )


def table(seen: Pooled) -> None:
    """Shows the table of all groups, with its download."""
    view, show = seen.view, seen.show
    with st.expander(f"Table of all {view.noun.many}: three readings"):
        frame = pooling(
            show.table,
            show.raw,
            {term: full(view, term) for term in view.terms},
            {term: seen.complete[term][0] for term in view.terms},
            {term: view.pulled(term) for term in view.terms},
            {term: words.reasons(seen.causes(term), view.noun, view.cases) for term in view.terms},
            width(view.shown.fit.level),
            view.alone,
            view.cases.many,
        )
        tables.table(frame, key="pooling", file_name=file_name(view.noun.many, "pooling"))
