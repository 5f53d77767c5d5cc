"""The Tiers page: its headline and figures, or why nothing is ranked."""

import streamlit as st

from dashboard import actions, families, headlines, safe, soundness, wording
from dashboard.components import each_group, grouping, page
from dashboard.components.tier_controls import controls, quantity
from dashboard.grouped import INTERCEPT
from dashboard.numbers import number, width
from dashboard.ranked_by import CONTRAST, PROFIT, between, options, ranked_by, ranking_view, write
from dashboard.state import Shown
from dashboard.tiering import Tiering, ranked
from dashboard.tiering import tiering as sorted_into

EVEN = 32.0


def tiering(shown: Shown) -> Tiering | None:
    """Returns the tiers of what ranks; None when no slope varies by group."""
    view = ranking_view(shown)
    if not ranked(view):
        return None
    with st.spinner(f"Ranking {view.noun.count(len(view.table))} …", show_time=True):
        return sorted_into(view)


def refused(shown: Shown, why: str) -> None:
    """Says why what is chosen ranks nothing; another grouping or quantity can be chosen."""
    view = ranking_view(shown)
    by = ranked_by(view)
    above = next((one for one in view.outer if by.term in one.terms), None)
    if len(view.still(by.term)) == len(view.table):
        above = None  # never moves in a group: other groups would not help
    if above is not None:
        why = wording.INNER.format(name=wording.term(by.term), one=view.noun.one, outer=above.noun.one)
    what = safe.markdown(by.what or f"their response to {by.name}", 120)
    page.headline(f"{view.noun.title} cannot be ranked by {what}.", safe.markdown(why, 600))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        grouping.looked_at(shown)
        if len(options(view)) > 1:
            quantity(view)
    if above is not None:
        st.button(f"Rank the {above.noun.many}", type="primary", on_click=actions.look_by, args=(above.name,))
    page.next_step("views/model.py", "Try another slope", side="left")


def alike(sorted_: Tiering) -> None:
    """Says that no differences can be detected; pretends no ranking."""
    view, by = sorted_.view, sorted_.by
    compared, zero = _compared(sorted_), "zero" if not sorted_.tiers.detectable else "next to zero"
    what = f"the effect of {compared}" if compared else f"response to {wording.term(by.term)}"
    if by.what:
        what = by.says if by.term == INTERCEPT else by.what
    page.headline(
        f"No detectable differences in {safe.markdown(what, 120)} between {view.noun.many}: use one number.",
        f"The variance between {view.noun.many} is estimated as {zero} on these rows. "
        "That is no proof that they are alike.",
    )
    page.findings(soundness.boundary(view.shown, view.by), "held")
    controls(sorted_, count=False)
    page.figures(
        [
            page.Figure(
                "All together" if by.what else "Response of all together",
                write(by, by.middle[0], (by.middle[2] - by.middle[1]) / 4),
                f"{width(view.shown.fit.level)} {between(view, by, *by.middle[1:])}",
            ),
            page.Figure(
                f"{view.noun.title} differ by",
                "0" if zero == "zero" else "next to 0",
                "one SD between them" if by.what else "SD of the response",
            ),
        ]
    )
    page.next_step("views/model.py", "Try another slope", side="left")


def _compared(sorted_: Tiering) -> str:
    """What a category's slope compares; empty of anything else."""
    return "" if sorted_.by.what else sorted_.view.compared(sorted_.by.term)


def lead(sorted_: Tiering) -> None:
    """Shows the headline and the figures."""
    view, table, by = sorted_.view, sorted_.table, sorted_.by
    said = headlines.tiers(
        table,
        by.term,
        sorted_.count,
        view.noun,
        0.0 if by.what else view.middle(by.term)[0],
        tuple(sorted_.thin),
        by.what,
        view.label,
        _compared(sorted_),
    )
    page.headline(*soundness.doubted(said, view.shown))
    placed = sorted_.placed
    astray = sum(float((1 - mine[f"p_tier_{tier}"]).sum()) for tier, mine in placed.groupby("tier"))
    page.figures(
        [
            page.Figure(
                "All together",
                write(by, by.middle[0], (by.middle[2] - by.middle[1]) / 4),
                f"{safe.markdown(by.says, 90)}, "
                f"{width(view.shown.fit.level)} {between(view, by, *by.middle[1:])}",
            ),
            _apart(sorted_),
            _sure(sorted_),
            page.Figure(
                "Expected misplaced",
                f"{astray:,.0f} of {len(placed):,}",
                "if you act on this",
                wording.MISPLACED_HELP,
            ),
        ]
    )
    few = soundness.few_groups(view.shown, view.by)
    told = [*few, *soundness.boundary(view.shown, view.by), *soundness.reading(view.shown, view.by)]
    page.findings(told, "held")
    # A generalised fit averages over 64 values of its variances, spread evenly: they are no chance draws.
    if not families.generalised(view.shown.spec) or sorted_.tiers.variance_ess < EVEN:
        page.findings(soundness.ranking(sorted_.tiers.variance_ess, view.noun), "tiers")


def _apart(sorted_: Tiering) -> page.Figure:
    """How far the groups lie apart."""
    view, by = sorted_.view, sorted_.by
    if by.kind not in (CONTRAST, PROFIT):
        return each_group.apart(view)
    what = f"one SD of {safe.markdown(by.name, 60)}"
    return page.Figure(
        f"{view.noun.title} differ by", f"± {number(by.sd, by.sd / 4)}", what, wording.SPREAD_HELP
    )


def _sure(sorted_: Tiering) -> page.Figure:
    """What is sure of the placed groups: on which side of nothing they are, else who is in the first tier."""
    placed, by = sorted_.placed, sorted_.by
    if by.kind in (CONTRAST, PROFIT):
        up, down = (int(headlines.surely(p).sum()) for p in (placed["p_positive"], 1 - placed["p_positive"]))
        if by.kind == PROFIT:
            even = f"{by.break_even or 0.0:,.3g}"
            more = f"{down:,} surely not; it pays from a response of {even} on"
            return page.Figure("Surely pays", f"{up:,} of {len(placed):,}", more, wording.PAYS_HELP)
        one, other = (wording.term(term) for term in by.quantity.weights)
        more = f"{safe.markdown(other, 30)} in {down:,}; at least 80 % sure"
        return page.Figure(f"{safe.markdown(one, 24)} surely ahead", f"{up:,} of {len(placed):,}", more)
    surely = int(headlines.surely(placed["p_tier_1"]).sum())
    first = int((placed["tier"] == 1).sum())
    return page.Figure("Surely in tier 1", f"{surely} of {first}", "at least 80 % sure")


def closer(sorted_: Tiering) -> None:
    """Shows the way to the card of the group in view."""
    view = sorted_.view
    name = headlines.named(view.selected, view.noun, view.label)
    page.next_step("views/groups.py", f"Look closer at {name}")
