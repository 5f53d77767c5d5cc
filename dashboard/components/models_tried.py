"""The model as an equation in words, and the models tried so far, each one click away."""

from collections.abc import Iterable, Mapping

import streamlit as st

import core
from core.result.compare import DifferentData, DifferentFixed
from dashboard import actions, compared, equation, naming, safe, scores, state, tried, wording
from dashboard.components import by_loo, page
from dashboard.state import Shown

NUMBERS = {"AIC": "%.1f", "BIC": "%.1f", "residual SD": "%.3g"}
FIRST = ("", "no.", "what changed", "compared by LOO", "LOO (elpd)")


def as_equation(shown: Shown) -> None:
    """Shows the fitted equation and what its letters stand for."""
    groups = naming.groupings(shown)
    numbers = "numbers are posterior means" if shown.fit.posterior else "numbers as estimated"
    page.chart_title(
        "The model as an equation",
        f"{numbers}, names as in the file; what the letters stand for is below",
        "equation",
    )
    with st.container(key="equation", gap="xsmall"):
        st.latex(equation.latex(shown, groups), width="content")
        said = [f"- {safe.markdown(line, 300)}" for line in equation.words(shown, groups)]
        st.markdown(page.unbroken("\n".join(said)))


def models_tried(shown: Shown) -> None:
    """Shows every model fitted to this table in this session; a click on "Use" brings one back."""
    now = state.current()
    models = [model for model in now.tried if model.digest == now.digest]
    if len(models) < 2:
        return
    used = tried.find(models, shown)
    best, peers = tried.best(models, used)
    known = by_loo.found(models)
    if used is not None and used.method not in state.SEARCHED:
        page.chart_title(*scores.title(len(models), known, models.index(used)), key="tried")
    else:
        page.chart_title(*_title(len(models), used is best, peers, shown.method), key="tried")
    standing = scores.standing(known)
    rows = _scored(tried.rows(models, used), known, standing)
    none = (*tried.LIKELIHOODS, "compared by AIC")
    hidden = none if all(model.method not in state.SEARCHED for model in models) else ()
    st.dataframe(
        rows,
        hide_index=True,
        lazy=False,
        key="tried",
        column_config={
            "no.": st.column_config.NumberColumn(format="%d", width=44),
            "": st.column_config.ButtonColumn(
                width=84, type="tertiary", key="tried_use", on_click=actions.bring_back, args=("tried_use",)
            ),
            "what changed": st.column_config.TextColumn(
                width=_wide((str(row["what changed"]) for row in rows), 340 if known else 720),
                help="Against the row above.",
            ),
            "compared by AIC": st.column_config.TextColumn(width=190, help=wording.TRIED_HELP),
            "method": st.column_config.TextColumn(width=72),
            "model": st.column_config.TextColumn(width="large"),
            "−2 log-lik.": st.column_config.NumberColumn(format="%.1f", help="By REML: the REML criterion."),
            "LOO (elpd)": st.column_config.NumberColumn(format="%.1f", help=wording.LOO_COLUMN_HELP),
            "compared by LOO": st.column_config.TextColumn(width=180, help=wording.BELOW_HELP),
            **{name: st.column_config.NumberColumn(format=form) for name, form in NUMBERS.items()},
            **dict.fromkeys(hidden),
        },
        column_order=_order(rows),
        placeholder="",
    )
    by_loo.compare(models, used, known)


def _scored(
    rows: list[dict[str, object]], known: scores.Scores, standing: Mapping[int, str]
) -> list[dict[str, object]]:
    """The rows with the numbers that models go by, and their scores where any has one."""
    found = []
    for at, row in enumerate(rows):
        score = {"compared by LOO": standing.get(at, "")} if known else {}
        elpd = {"LOO (elpd)": known[at].elpd if at in known else None} if known else {}
        found.append({"no.": at + 1} | row | score | elpd)
    return found


def _order(rows: list[dict[str, object]]) -> list[str]:
    """The columns, what tells models apart first."""
    first = [name for name in FIRST if name in rows[0]]
    return [*first, *(name for name in rows[0] if name not in first)]


def two_compared(shown: Shown) -> None:
    """Shows one of the models tried beside the one in use: which of the two to keep, and how sure that is."""
    now = state.current()
    models = [model for model in now.tried if model.digest == now.digest]
    used = tried.find(models, shown)
    if used is None or used.method not in state.SEARCHED:
        return  # posteriors compare by LOO, above
    others = [model for model in models if model.formula != used.formula and model.method in state.SEARCHED]
    if not others:
        return
    names = {id(model): f"model {place}" for place, model in enumerate(models, start=1)}
    page.chart_title("Which of two to keep", "the one in use beside another of the models tried", "two")
    chosen = st.selectbox(
        "Compare the one in use with",
        range(len(others)),
        index=len(others) - 1,
        key=f"compare_{now.digest[:12]}_{names[id(used)]}_{len(others)}",
        format_func=lambda at: f"{names[id(others[at])]}: {tried.changed(used, others[at])}",
        persist_state="session",
    )
    other = others[len(others) - 1 if chosen is None else min(chosen, len(others) - 1)]
    try:
        found = state.kept(
            ("compare", *shown.key, other.formula, other.method),
            lambda: core.compare(shown.fit, state.fitted(other.spec, other.method).fit),
        )
    except (DifferentData, DifferentFixed) as error:
        st.info(safe.markdown(str(error), 900), icon=":material/info:")
        return
    named = {used.formula: "the one in use", other.formula: names[id(other)]}
    small, large = (named.get(str(formula), "the other") for formula in found.table.index)
    st.markdown(f"**{compared.title(found, large, small)}.** :gray[{_sentence(compared.how(found))}]")
    st.dataframe(
        compared.rows(found, named),
        hide_index=True,
        lazy=False,
        key="two",
        column_config={
            "": st.column_config.TextColumn(width=120),
            "model": st.column_config.TextColumn(width="large"),
            **{
                name: st.column_config.NumberColumn(format="%.1f")
                for name in ("AIC", "BIC", "log-likelihood")
            },
        },
    )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _wide(texts: Iterable[str], most: int) -> int:
    """Returns how many pixels the longest text takes, so that few are cut; the table scrolls."""
    return min(max([160, *(7 * len(text) + 24 for text in texts)]), most)


def _title(count: int, leads: bool, peers: int, method: str) -> tuple[str, str]:
    drawn = "oldest first; “Use” brings a model back; AIC: lower is better, under 2 apart says little"
    if peers < 2:
        by = "by REML " if method == "reml" else ""
        if by:
            drawn = (
                "REML compares models of the same predictors only; below two of any, by maximum likelihood"
            )
        return f"{count} models tried; {by}none can be compared with the one in use", drawn
    others = f"the {peers - 1} it can be compared with" if peers > 2 else "the one it can be compared with"
    return f"{count} models tried; the one in use {'leads' if leads else 'trails'} {others}", drawn
