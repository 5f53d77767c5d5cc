"""A yes/no outcome by category, before any model: areas, rates with their intervals, shares."""

import streamlit as st

from core.table.rates import Rates, Yes
from dashboard import headlines, rate_words, rates, state, wording
from dashboard.charts.rates import areas_chart, rates_chart, shares_chart
from dashboard.components import page, tables
from dashboard.nouns import GROUP, noun
from dashboard.numbers import percent

By = tuple[str, ...]


def by_category() -> None:
    """Shows the rates of a yes/no outcome by one or two categories; nothing of any other outcome."""
    yes = rates.asked()
    firsts = rates.firsts() if yes is not None else ()
    if yes is None or not firsts:
        return
    title = st.container()
    by = _pickers(yes, firsts)
    made = rates.found(yes, by)
    if len(by) == 2 and made.cells.index.get_level_values(1).nunique() < 2:
        by = by[:1]
        made = rates.found(yes, by)
    if len(made.cells) < 2:
        st.caption(wording.RATES_NONE)
        return
    focus = rates.pair(made) if len(by) == 2 else None
    with title:
        page.chart_title(*_headline(made, by, yes, focus), "rates")
    said = (rate_words.word(yes), rate_words.tried(yes))
    cells = rate_words.labelled(made.cells)
    named = None if focus is None else rate_words.category(by[1], focus[0])
    chart = areas_chart(cells, state.theme(), says=said, rate=rate_words.rate, focus=named)
    page.chart(chart, key="rates", alt=_alt(made, by, yes), file_name=f"{said[0]} by {by[0]}")
    if focus is None:
        _intervals(made, by, yes, named)
    else:
        left, right = st.columns(2, gap="medium")
        with left:
            height = _intervals(made, by, yes, named)
        with right:
            _shares(by, yes, focus[0], height)
    with st.expander(wording.RATES_TABLE):
        tables.table(made.cells.reset_index(), key="rates", file_name=f"{said[0]} by {' and '.join(by)}")


def _pickers(yes: Yes, firsts: tuple[str, ...]) -> By:
    one, other = st.columns(2, gap="medium")
    of = f"{state.current().digest}_{yes.outcome}"
    first = one.selectbox(wording.RATES_BY, firsts, key=f"rates_by_{of}", persist_state="session")
    second = other.selectbox(
        wording.RATES_AND_BY,
        rates.seconds(first),
        key=f"rates_and_by_{of}_{first}",
        format_func=lambda name: wording.NO_OTHER if name is None else name,
        persist_state="session",
    )
    return (first,) if second is None else (first, second)


def _headline(made: Rates, by: By, yes: Yes, focus: tuple[str, str] | None) -> headlines.Headline:
    split = by[1] if focus is not None else None
    alone = rates.over_all(yes, by, split).cells
    drawn = rate_words.areas(made, yes, rate_words.over_all(alone, split))
    one, said = noun(by[0]), rate_words.word(yes)
    if focus is None:
        return rate_words.of_one(made.cells, one, said), drawn
    return rate_words.of_two(made, rates.gaps(yes, by, focus), focus, one, said), drawn


def _intervals(made: Rates, by: By, yes: Yes, focus: str | None) -> int:
    """Shows every rate with its interval; returns how tall the chart is."""
    alike = None if yes.alike is None or yes.alike in by else noun(yes.alike, GROUP)
    page.chart_title(*rate_words.intervals(made.cells, made.level, alike, made.too_sure), "rate_intervals")
    average = float(rates.over_all(yes, by, None).cells["rate"].iloc[0])
    said = f"share {rate_words.word(yes)}"
    chart = rates_chart(made.cells, average, state.theme(), says=said, rate=rate_words.rate, focus=focus)
    page.chart(chart, key="rate_intervals", alt=_alt(made, by, yes), file_name=f"{said} with intervals")
    return int(chart.layout.height)


def _shares(by: By, yes: Yes, focus: str, height: int) -> None:
    found = rates.of_the_yes(yes, by, focus)
    named = rate_words.category(by[1], focus)
    page.chart_title(*rate_words.shared(found, named, yes, by[0]), "rate_shares")
    rows = found.rename(index=lambda level: rate_words.category(by[0], level))
    chart = shares_chart(rows, state.theme(), says=f"share of {named}", height=height)
    facts = {
        str(name): f"{percent(row['of_won'])} and {percent(row['of_tried'])}" for name, row in rows.iterrows()
    }
    alt = headlines.alt(
        f"Share of {named} among {rate_words.word(yes)} and among {rate_words.tried(yes)}", facts
    )
    page.chart(chart, key="rate_shares", alt=alt, file_name=f"share of {named}")


def _alt(made: Rates, by: By, yes: Yes) -> str:
    facts = {", ".join(key): rate_words.rate(row) for key, row in rate_words.labelled(made.cells).iterrows()}
    return headlines.alt(f"Share {rate_words.word(yes)} by {' and '.join(by)}", facts)
