"""Generalised fits compared, saved and sent, and what is refused of them in a sentence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import core
from core.result.store import fit_from_bytes, fit_to_bytes
from tests.core.fit.generalised_panels import panel


def test_two_models_of_counts_are_compared_by_their_likelihoods() -> None:
    frame = panel()
    small = core.fit(frame, "count ~ x + (1 | g)", family="poisson")
    large = core.fit(frame, "count ~ x + (1 + x | g)", family="poisson")
    told = core.compare(large, small)
    assert told.nested and told.new_variances == 1 and list(told.table["parameters"]) == [3, 5]
    rise = 2 * (large.log_likelihood - small.log_likelihood)
    assert told.table["chi_square"].iloc[1] == pytest.approx(rise)
    assert told.table["aic"].iloc[0] == pytest.approx(small.aic)
    shape = core.fit(frame, "more ~ x + (1 | g)", family="negative_binomial")
    assert shape.n_parameters == 4


def test_kinds_of_counts_and_links_are_compared_without_a_test() -> None:
    frame = panel()
    poisson = core.fit(frame, "more ~ x + (1 | g)", family="poisson")
    wider = core.fit(frame, "more ~ x + (1 | g)", family="negative_binomial")
    told = core.compare(poisson, wider)
    assert not told.nested and told.table["chi_square"].isna().all()
    assert list(told.table["aic"]) == pytest.approx([poisson.aic, wider.aic])
    both = [core.fit(frame, "yes ~ x", family="binomial", link=link) for link in ("logit", "probit")]
    assert not core.compare(*both).nested


@pytest.mark.parametrize(
    ("formula", "given", "words"),
    [
        ("amount ~ x + (1 | g)", {"family": "gamma"}, "one is of the kind 'poisson'"),
        ("more ~ x + (1 | g)", {"family": "poisson"}, "explain different outcomes"),
        ("count ~ x + (1 | g)", {}, "one is of the kind 'poisson', the other 'gaussian'"),
        ("count | weights(w) ~ x + (1 | g)", {"family": "poisson"}, "the weight of the rows"),
        ("count ~ x + offset(exposure) + (1 | g)", {"family": "poisson"}, "the offset of the rows"),
        ("count ~ x + (1 | g)", {"family": "poisson", "method": "quadrature"}, "the other by quadrature"),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(formula: str, given: dict[str, str], words: str) -> None:
    one = core.fit(panel(), "count ~ x + (1 | g)", family="poisson")
    with pytest.raises(core.PanelwiseError, match=words):
        core.compare(one, core.fit(panel(), formula, **given))
    with pytest.raises(core.PanelwiseError, match="one used 400 rows, the other 300"):
        core.compare(one, core.fit(panel().head(300), "count ~ x + (1 | g)", family="poisson"))


SAVED = {
    "trials": ("won | trials(tried) ~ x + (1 + x | g)", {"family": "binomial", "link": "probit"}),
    "event": ("word ~ x + (1 | g) + (1 | h)", {"family": "binomial", "event": "Left"}),
    "counts": ("more | weights(w) ~ x + offset(log(exposure)) + (1 | g)", {"family": "negative_binomial"}),
    "amounts": ("amount ~ x * w", {"family": "gamma"}),
    "quadrature": ("yes ~ x + (1 | g)", {"family": "binomial", "method": "quadrature", "level": 0.8}),
}


@pytest.mark.parametrize("case", SAVED)
def test_a_saved_fit_has_every_table_it_had(case: str, tmp_path: Path) -> None:
    formula, given = SAVED[case]
    frame = panel().assign(word=lambda d: np.where(d["yes"] == 1, "Bought", "Left"))
    fit = core.fit(frame, formula, **given)
    core.save_fit(fit, tmp_path / "a.fit")
    for back in (core.load_fit(tmp_path / "a.fit"), fit_from_bytes(fit_to_bytes(fit))):
        assert (back.spec, back.method, back.level, back.how) == (fit.spec, fit.method, fit.level, fit.how)
        assert back.findings() == fit.findings() and repr(back.icc()) == repr(fit.icc())
        pd.testing.assert_frame_equal(back.fixed_effects, fit.fixed_effects)
        pd.testing.assert_frame_equal(back.variance_components, fit.variance_components)
        for name, table in fit.group_coefficients.items():
            pd.testing.assert_frame_equal(back.group_coefficients[name], table)
        pd.testing.assert_frame_equal(back.predict(frame.head(9)), fit.predict(frame.head(9)))
        assert np.ptp(core.compare(back, fit).table["log_likelihood"]) == 0


def test_a_damaged_file_is_a_sentence(tmp_path: Path) -> None:
    fit = core.fit(panel(), "yes ~ x + (1 | g)", family="binomial")
    content = fit_to_bytes(fit)
    for cut in (0, 100, len(content) // 2):
        (tmp_path / "a.fit").write_bytes(content[:cut])
        with pytest.raises(core.PanelwiseError):
            core.load_fit(tmp_path / "a.fit")


def test_what_rests_on_sums_is_refused_in_a_sentence() -> None:
    table = core.read_table(panel())
    fit = core.fit(table, "yes ~ x + (1 | g)", family="binomial")
    for ask in (
        lambda: core.profile(fit),
        lambda: core.bootstrap(fit, 20, seed=1),
        lambda: core.influence(fit),
        lambda: core.k_fold(fit, table, folds=3),
        lambda: core.residuals(fit, table),
        lambda: core.posterior(fit),
        lambda: core.refit(core.moments(table, "yes ~ x + (1 | g)"), fit.spec),
    ):
        with pytest.raises(core.PanelwiseError, match=r"yes or no|not to kept sums|no instant posterior"):
            ask()


def test_intervals_know_how_few_groups_they_rest_on() -> None:
    """What is learned between groups has as many degrees of freedom as groups, less what was learned."""
    for groups in (6, 40):
        frame = panel(n=80 * groups, groups=groups)
        frame["arm"] = np.where(frame["g"].str[-1].astype(int) % 2 == 0, "A", "B")
        table = core.fit(frame, "count ~ x + arm + (1 | g)", family="poisson").fixed_effects
        assert table["df"]["(Intercept)"] <= groups - 2 and table["df"]["arm[B]"] <= groups - 2
        assert table["df"]["x"] > 1000  # learned within groups
        assert table["low"]["x"] == pytest.approx(
            table["estimate"]["x"] - 1.96 * table["std_error"]["x"], abs=1e-3
        )
        wald = 1.96 * table["std_error"]["arm[B]"]
        wider = (table["high"]["arm[B]"] - table["estimate"]["arm[B]"]) / wald
        # t with J - 2 degrees of freedom, and the variance that maximum likelihood makes too small.
        assert 1.0 < wider < 1.45 * np.sqrt(groups / (groups - 2))
    assert np.isinf(core.fit(panel(), "count ~ x", family="poisson").fixed_effects["df"]).all()
