"""A page with nothing to show yet: what will be here, and the one click that brings it."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.spec.regroup import further_groupings
from dashboard import actions, choices, naming, safe, state, wording
from dashboard.components import grouping, page
from dashboard.groupings import Grouping
from dashboard.nouns import noun
from dashboard.state import Shown


@dataclass(frozen=True, slots=True)
class Way:
    """A way on: what its button says, and what a click does; without `does` it leads to `page`."""

    says: str
    does: Callable[..., None] | None = None
    args: tuple[object, ...] = ()
    page: str = "views/model.py"


def empty(icon: str, promise: str, way: Way) -> None:
    """Shows what will be here and one button. `promise` is Markdown; names in it are escaped already."""
    with st.container(border=True, key="empty", horizontal_alignment="center", gap="small"):
        st.markdown(f":material/{icon}:", width="content")
        st.markdown(page.unbroken(promise), width="content")
        if way.does is not None:
            st.button(way.says, key="way", type="primary", on_click=way.does, args=way.args)
        elif st.button(way.says, key="way", type="primary"):
            st.switch_page(way.page)


def no_groups() -> None:
    """Says that the model has no groups; one click groups by the column that looks like it."""
    page.headline("This model has no groups.", "It draws one line through all rows.")
    empty("scatter_plot", wording.GROUPS_PROMISE, _grouping() or Way("Choose groups on the Model page"))


def no_slope(shown: Shown) -> None:
    """Says that the grouping in view has nothing to rank; another may, or one click lets a slope differ."""
    mine = naming.in_view(shown)
    able = [one.noun.many for one in naming.groupings(shown) if one.slopes]
    if mine is not None and able:
        page.headline(
            f"{mine.noun.title} cannot be ranked by a response.",
            wording.NO_SLOPE_HERE.format(many=mine.noun.many, others=" and ".join(able)),
        )
    else:
        page.headline("Nothing to rank yet.", wording.NO_SLOPE)
    grouping.looked_at(shown)
    promise = wording.TIERS_PROMISE.format(many=mine.noun.many if mine else naming.group_noun().many)
    empty("leaderboard", promise, _slope(mine) or Way("Choose a slope on the Model page"))


def nothing_fitted() -> None:
    """Says that no model could be fitted yet; the sentence why stands under the bar."""
    if state.current().picks is not None:
        page.headline("No model has been fitted yet.", wording.NO_FIT)
        return
    page.headline("No model has been fitted yet.", wording.NO_OUTCOME)
    empty("function", wording.MODEL_PROMISE, Way("See what each column was read as", page="views/data.py"))


def _grouping() -> Way | None:
    now = state.current()
    guess = next((g.column for g in now.roles.groups if g.column), None) if now.roles else None
    if guess is None or now.spec is None:
        return None
    return Way(f"Group by {safe.markdown(guess, 40)}", actions.group_by, (guess,))


def _slope(mine: Grouping | None) -> Way | None:
    now = state.current()
    picks = now.picks if now.spec is not None else None
    if picks is None or picks.group is None or now.table is None or now.roles is None:
        return None
    still = actions.flat(picks)
    able = [name for name in choices.numbers(now.table, picks.predictors) if name not in (*still, now.time)]
    spend = [guess.column for guess in now.roles.spend]
    name = next((name for name in able if name in spend), next(iter(able), None))
    if name is None:
        return None
    if mine is not None and mine.columns in further_groupings(now.spec):
        says = f"Let {safe.markdown(name, 40)} differ by {mine.noun.one}"
        return Way(says, actions.let_differ_by, (mine.columns, name))
    one = noun(picks.group).one
    return Way(f"Let {safe.markdown(name, 40)} differ by {safe.markdown(one)}", actions.let_differ, (name,))
