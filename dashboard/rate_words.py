"""Rates by category in sentences: where it matters which, by how much, and what the picture leaves open."""

import re
from collections.abc import Mapping

import pandas as pd

from core.table.rates import Rates, Yes
from dashboard.headlines import Headline
from dashboard.nouns import Noun
from dashboard.numbers import number, percent, width
from dashboard.safe import markdown


def word(yes: Yes) -> str:
    """Returns what a yes is called: "bought"."""
    return yes.event if yes.event is not None else yes.outcome


def tried(yes: Yes) -> str:
    """Returns what is counted: "contacted", or rows."""
    return yes.trials if yes.trials is not None else "rows"


def category(column: str, level: object) -> str:
    """Returns a category as it reads alone: 'Email' and 'NoBundle', but 'promo yes' and 'wave 3'."""
    text = str(level)
    return f"{column} {text}" if text in ("yes", "no") or re.fullmatch(r"-?\d+", text) else text


def alone(rows: pd.DataFrame) -> pd.DataFrame:
    """Returns rates of one column's categories indexed by those."""
    return rows.set_axis(rows.index.get_level_values(0))


def labelled(cells: pd.DataFrame) -> pd.DataFrame:
    """Returns cells whose categories read alone, for charts."""
    for place, column in enumerate(cells.index.names):
        cells = cells.rename(index=lambda level, name=str(column): category(name, level), level=place)
    return cells


def rate(row: Mapping[str, float]) -> str:
    """Returns a rate as its interval supports: '31 %', '5.3 %', '0.31 %'; for text and Markdown alike."""
    share, low, high = (100 * float(row[name]) for name in ("rate", "low", "high"))
    return f"{number(share, (high - low) / 2)} %"


def of_two(made: Rates, gaps: pd.DataFrame, pair: tuple[str, str], noun: Noun, said: str) -> str:
    """Returns where the second category makes a clear difference: most up, most down, or nowhere.

    `gaps` is the contrast of the pair by the first column, whose nouns are `noun`; `said` names a yes.
    """
    first, second = map(str, made.cells.index.names)
    one, other = (markdown(category(second, name), 30) for name in pair)
    up, down = gaps[gaps["low"] > 0], gaps[gaps["high"] < 0]
    if not len(gaps):
        return f"{one} and {other} never meet in the same {noun.one}"
    if not len(up) and not len(down):
        where = f"any {noun.one}" if len(gaps) > 1 else markdown(category(first, gaps.index[0]), 30)
        return f"{' and '.join(sorted((one, other)))} do not clearly differ in {where}"

    def told(level: object, order: tuple[str, str]) -> tuple[str, str, str]:
        rates = (rate(made.cells.loc[(level, name)]) for name in order)
        return markdown(category(first, level), 30), *rates

    if len(up) and len(down):
        name, a, b = told(up["difference"].idxmax(), pair)
        less, c, d = told(down["difference"].idxmin(), pair)
        best = f"{name}: {a} {markdown(said, 30)} with {one}, {b} with {other}"
        return f"{best}; {less} the other way, {c} and {d}"
    clear, order, better = (up, pair, one) if len(up) else (down, pair[::-1], other)
    name, a, b = told(clear["difference"].abs().idxmax(), order)
    where = f"every {noun.one}" if len(clear) == len(gaps) > 1 else f"{len(clear)} of {noun.count(len(gaps))}"
    if len(gaps) == 1:
        return f"{name}: {a} {markdown(said, 30)} with {better}, {b} without"
    return f"{better} is clearly ahead in {where}: {name} {a} {markdown(said, 30)} against {b}"


def of_one(rows: pd.DataFrame, noun: Noun, said: str) -> str:
    """Returns which category has the highest and which the lowest rate."""
    column, rows = str(rows.index.names[0]), alone(rows)
    best, worst = rows["rate"].idxmax(), rows["rate"].idxmin()
    if rows.loc[best, "low"] <= rows.loc[worst, "high"]:
        return f"No {noun.one} clearly stands out: intervals of the highest and the lowest rate overlap"
    first, last = (markdown(category(column, level), 30) for level in (best, worst))
    high, low = rate(rows.loc[best]), rate(rows.loc[worst])
    return f"{first} has the highest share {markdown(said, 30)}, {high}; {last} the lowest, {low}"


def areas(made: Rates, yes: Yes, over_all: str) -> str:
    """Returns what the areas are, the rates over all, and the rows that they leave out."""
    said, of = markdown(word(yes), 30), markdown(tried(yes), 30)
    left = f"; {made.left_out:,} rows without an answer or a category are left out" if made.left_out else ""
    return f"width: share of {of}; height: share {said}; area: {said}. {over_all}{left}"


def over_all(rows: pd.DataFrame, column: str | None) -> str:
    """Returns the rates over all: 'Over all 45 % with NoBundle, 55 % with Bundle'."""
    if column is None:
        return f"Over all {rate(rows.iloc[0])}"
    named = {markdown(category(column, level), 30): rate(row) for level, row in alone(rows).iterrows()}
    return "Over all " + ", ".join(f"{said} with {name}" for name, said in named.items())


def intervals(rows: pd.DataFrame, level: float, alike: Noun | None, too_sure: bool = False) -> Headline:
    """Returns how far the rates spread, and what their intervals are; `alike`: groups whose rows are.

    `too_sure` says that nothing tells how much they are.
    """
    low, high = rows.loc[rows["rate"].idxmin()], rows.loc[rows["rate"].idxmax()]
    most = number(100 * float((rows["high"] - rows["low"]).max()), 4)
    said = f"{width(level)} intervals, up to {most} points wide; dashed: all together"
    allowed = f"; rows of one {alike.one} are alike, which is allowed for" if alike is not None else ""
    if alike is not None and too_sure:
        allowed = (
            f"; too narrow where rows of one {alike.one} are alike: no bar holds two {alike.many} to tell "
            "how much"
        )
    return f"Rates run from {rate(low)} to {rate(high)}", said + allowed


def shared(rows: pd.DataFrame, of: str, yes: Yes, column: str) -> Headline:
    """Returns where a category's share among the yes is furthest from its share among all tried."""
    what, said, all_of = (markdown(text, 30) for text in (of, word(yes), tried(yes)))
    drawn = f"share of {what}; dot: among {said}, with its interval; tick: among {all_of}"
    off = (rows["of_won"] - rows["of_tried"]).abs()
    if off.isna().all():
        return f"Nothing {said} yet", drawn
    most = off.idxmax()
    mine, theirs = percent(rows.loc[most, "of_won"]), percent(rows.loc[most, "of_tried"])
    name = markdown(category(column, most), 30)
    return f"{name}: {what} is {mine} of {said} and {theirs} of {all_of}", drawn
