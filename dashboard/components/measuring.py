"""How predictors are measured, and which of them changes what another brings: both one click away."""

from functools import partial

import streamlit as st

from core.result.review_between import mostly_between
from core.spec.change import interactions
from core.spec.edit import Centring
from core.spec.split import measured as as_measured
from dashboard import actions, choices, kind_actions, naming, safe, sentences, soundness, state, wording
from dashboard.components import page
from dashboard.state import AppState, Shown

EACH_UP_TO = 8


def measured(now: AppState) -> None:
    """Shows how the numbers among the predictors are measured; each can be changed."""
    if now.picks is None or now.table is None or now.spec is None:
        return
    columns = choices.measurable(now.table, now.picks, now.time)
    if not columns:
        return
    how = {name: as_measured(now.spec, name) for name in columns}
    with st.popover(_summary(how), key="measured", width="stretch", wrap=True):
        st.markdown(f"**{wording.MEASURED}**", help=wording.CENTRING_HELP)
        if len(columns) > 1:
            same = set(how.values())
            _choice("measure_all", wording.ALL_NUMBERS, same.pop() if len(same) == 1 else None, True)
        shown = list(columns)
        if len(columns) > EACH_UP_TO:
            shown = [st.selectbox("One of them", columns, key="measure_which", persist_state="session")]
        still = actions.flat(now.picks)
        for name in shown:
            able = name not in still and now.picks.group is not None
            _choice(f"measure:{name}", safe.markdown(name, 60), how[name], able, name)
            if name in still:
                st.caption(wording.NO_SWINGS.format(a_one=naming.picked_noun().a_one))


def _choice(key: str, label: str, how: Centring | None, able: bool, column: str = "") -> None:
    options = [o for o in wording.CENTRING if able or o != Centring.WITHIN_BETWEEN]
    if state.current().picks.group is None:
        options = [o for o in options if o != Centring.WITHIN_BETWEEN]
    st.segmented_control(
        label,
        options,
        key=state.seed(key, how.value if how is not None else None),
        format_func=wording.CENTRING.__getitem__,
        on_change=partial(actions.remeasure, column) if column else actions.remeasure_all,
    )


def _summary(how: dict[str, Centring | None]) -> str:
    other = [name for name, one in how.items() if one is not Centring.NONE]
    if not other:
        return "Numbers as they are"
    ways = {how[name] for name in other}
    says = (
        wording.CENTRING[next(iter(ways)).value] if len(ways) == 1 and None not in ways else "measured apart"
    )
    if len(other) == len(how) > 1:
        return f"Numbers {says}" if len(ways) == 1 else "Numbers measured apart"
    who = safe.markdown(other[0], 24) if len(other) == 1 else f"{len(other)} numbers"
    return f"{who}: {says}"


def crossed(now: AppState) -> None:
    """Shows which predictors change what others bring, and lets a pair be added or taken out."""
    if now.picks is None or now.table is None or now.spec is None or len(now.picks.predictors) < 2:
        return
    held = interactions(now.spec)
    label = ", ".join(" × ".join(safe.markdown(c, 20) for c in pair) for pair in held[:2])
    more = f" and {len(held) - 2} more" if len(held) > 2 else ""
    with st.popover(
        label + more or "Nothing changes what another brings", key="crossed", width="stretch", wrap=True
    ):
        st.markdown(f"**{wording.CROSS}**", help=wording.CROSS_HELP)
        still = actions.flat(now.picks)
        for place, pair in enumerate(held):
            st.markdown(_asks(pair, still))
            st.button(
                "Take out", key=f"uncross_{place}", on_click=actions.uncross, args=(pair,), type="tertiary"
            )
        _new_pair(now, still)


def _new_pair(now: AppState, still: tuple[str, ...]) -> None:
    names = list(now.picks.predictors)
    movers = [*now.picks.slopes, *(n for n in names if n not in now.picks.slopes and n not in still)]
    other = st.selectbox(
        "What a unit of … brings", movers or names, key="cross_other", persist_state="session"
    )
    rest = [*(n for n in names if n in still and n != other), *(n for n in names if n not in (*still, other))]
    one = st.selectbox("… may depend on", rest, key="cross_one", persist_state="session")
    if one is not None and other is not None:
        st.markdown(f":gray[{_asks((other, one), still)}]")
    there = {frozenset(pair) for pair in interactions(now.spec)}
    unable = one is None or other is None or frozenset({one, other}) in there
    st.button("Add", key="cross_add", on_click=actions.cross, disabled=unable)


def _asks(pair: tuple[str, ...], still: tuple[str, ...]) -> str:
    """Returns the question that a product answers, in one sentence."""
    noun = naming.picked_noun()
    flat = [name for name in pair if name in still]
    moved = [name for name in pair if name not in still]
    if len(pair) == 2 and len(flat) == 1:
        by, what = (safe.markdown(name, 40) for name in (flat[0], moved[0]))
        return (
            f"Does {by} change what {what} brings? It never varies within {noun.a_one}, so it can say why "
            f"{noun.many} respond differently."
        )
    *others, last = (safe.markdown(name, 40) for name in reversed(pair))
    return f"Does {' with '.join(others)} change what {last} brings?"


def ways(shown: Shown) -> dict[str, page.Way]:
    """Returns the clicks that split predictors which differ mostly between groups, and that count rows over
    what they count different numbers of.
    """
    found = {}
    if over := soundness.counted_over(shown):
        label = f"Count over {safe.markdown(over, 30)}"
        found["uneven_rows"] = page.Way(label, partial(kind_actions.count_over, over))
    if not soundness.between(shown):
        return found
    columns = tuple(mostly_between(naming.picked_side(shown)))
    who = safe.markdown(sentences.said(columns[0]), 30) if len(columns) == 1 else f"these {len(columns)}"
    return found | {"mostly_between": page.Way(f"Split {who}", partial(actions.split, columns))}
