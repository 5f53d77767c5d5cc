"""The frame round every page: the page list, and the slim bar that says what is on the table."""

from pathlib import Path

import streamlit as st

from core.finding import Finding, Status
from core.spec.formula import write_formula
from dashboard import naming, panel, safe, soundness, state, wording
from dashboard.components import page


def pages(views: Path) -> list[st.Page]:
    """Returns the pages in the order of the work; the third is named after the groups."""
    groups = naming.groups_noun().title
    return [
        st.Page(views / "data.py", title="Data", icon=":material/table:", url_path="data", default=True),
        st.Page(views / "model.py", title="Model", icon=":material/function:", url_path="model"),
        st.Page(views / "groups.py", title=groups, icon=":material/scatter_plot:", url_path="groups"),
        st.Page(views / "pooling.py", title="Pooling", icon=":material/merge:", url_path="pooling"),
        st.Page(views / "tiers.py", title="Tiers", icon=":material/leaderboard:", url_path="tiers"),
        st.Page(views / "what_if.py", title="What-if", icon=":material/tune:", url_path="what-if"),
        st.Page(views / "quality.py", title="Quality", icon=":material/verified:", url_path="quality"),
    ]


def model_bar() -> None:
    """Shows which data and model made the results, whether the fit is sound, and the way to change them."""
    now = state.current()
    if now.table is None:
        return
    shown = now.shown
    with st.container(key="model_bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        name = safe.markdown(now.table.name, 40)
        st.page_link(
            "views/data.py",
            label=f"**{name}**  {panel.size_words()}{panel.used_words()}",
            icon=":material/table:",
        )
        if now.spec is not None:
            spec = shown.spec if shown else now.spec
            with st.container(key="bar_formula", width="stretch"):
                st.page_link(
                    "views/model.py", label=safe.code(write_formula(spec), 160), icon=":material/function:"
                )
        if shown is not None:
            if shown.method != "reml" or state.method_chosen(now) not in state.SEARCHED:
                st.markdown(f":gray[by {naming.method(shown)}]", width="content")
            _soundness(soundness.findings(shown))
        elif now.troubles.get("fit"):
            st.markdown(":red[● not fitted]", width="content")
    page.trouble("data")
    if shown is not None:  # on every page: nothing made of such figures goes without the warning
        page.findings(soundness.barred(shown), "barred")
    if now.troubles.get("fit") and not now.troubles.get("formula"):  # the newer mistake is enough to mend
        page.trouble("fit")
        if shown is not None:
            st.caption("Below is the last model that could be fitted; the bar shows its formula.")


def _soundness(found: list[Finding]) -> None:
    worst = min((finding.status for finding in found), key=page.GRAVEST.index, default=Status.UNKNOWN)
    with st.popover(
        f":{page.COLOURS[worst]}[●] {wording.SOUNDNESS[worst]}", type="tertiary", help="What was checked"
    ):
        page.findings(found, "bar", most=20)
