"""Priors in their editor: every row edited is kept, nonsense is a sentence, and a box counts what applies."""

from pathlib import Path

import pytest

from core.spec.prior import BadPrior, Normal, Priors, Shape, Spread
from dashboard import prior_rows
from tests.dashboard.pages import apply_formula, chosen, go, opened, words

SHOWN = Priors(
    fixed=(("(Intercept)", Normal(40.0, 10.0)), ("youtube", Normal(0.0, 2.0))),
    spread=((("store", "(Intercept)"), Spread(10.0)),),
    sigma=Spread(10.0),
)


def test_rows_and_edits_belong_together() -> None:
    rows = prior_rows.rows(SHOWN)
    assert [row[prior_rows.WHAT] for row in rows] == [
        "level at average predictors",
        "effect of youtube",
        "SD of baseline by store",
        "residual SD",
    ]
    made = prior_rows.edited(
        Priors(),
        SHOWN,
        {
            1: {prior_rows.ABOUT: 0.4, prior_rows.WIDTH: 0.1},
            2: {prior_rows.WIDTH: 3.0, prior_rows.SHAPE: "half normal"},
            3: {prior_rows.WIDTH: 1.5},
        },
    )
    assert made.fixed == (("youtube", Normal(0.4, 0.1)),)
    assert made.spread == ((("store", "(Intercept)"), Spread(3.0, Shape.HALF_NORMAL)),)
    assert made.sigma == Spread(1.5)
    assert prior_rows.changed(made) == 3 and "3 changed by hand" in prior_rows.summary(made)


@pytest.mark.parametrize(
    ("row", "cells"),
    [(1, {prior_rows.WIDTH: 0.0}), (1, {prior_rows.WIDTH: -3.0}), (2, {prior_rows.ABOUT: 20.0})],
)
def test_nonsense_is_a_sentence(row: int, cells: dict[str, float]) -> None:
    with pytest.raises(BadPrior, match="Give"):
        prior_rows.edited(Priors(), SHOWN, {row: cells})


def test_priors_by_hand_are_said_and_forgotten_with_their_outcome(root: Path) -> None:
    app = go(opened(root), "views/model.py")
    app.button_group(key="pick_method").set_value("posterior").run()
    from dashboard import state

    here = chosen(app)
    sure = Priors(fixed=(("youtube", Normal(5.0, 0.01)),))
    app.session_state[state.KEY] = type(here)(
        **{name: getattr(here, name) for name in here.__slots__ if name != "priors"}, priors=sure
    )
    app.run()
    said = words(app)
    assert "by Posterior, 1 prior by hand" in said
    assert "Prior and data contradict each other about" in said
    app = apply_formula(app, "log(sales) ~ youtube + (1 + youtube | store)")
    assert chosen(app).priors == Priors() and "by hand" not in words(app)
