"""The glmm package, which fits our generalised models: a new version of it must still say what R says."""

import re

import glmm
import numpy as np
import pandas as pd
import pytest

from tests.core.reference.told import FOLDER, MADE, ROOT, Told, figures

# It has neither || nor slopes without an intercept, and takes Gamma weights as precisions, not as rows.
REFUSED = {"orders_apart", "epil_apart", "visits_slope", "visits_terms", "amounts_weighted"}
NAMES = [n for n, told in figures("glmm").items() if told.get("components")]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in REFUSED])
@pytest.mark.filterwarnings("ignore::glmm.SingularFitWarning")
def test_the_package_agrees_with_r(name: str) -> None:
    """glmmTMB minimises by derivatives good to 1e-12; its gradient at the end is below 1e-3 on all models."""
    told = figures("glmm")[name]
    fit = fitted(told)
    order = [fit.names.index(term) for term in told["terms"]]
    error = np.array(told["std_error"])
    assert fit.converged
    assert fit.loglik == pytest.approx(told["log_likelihood"], abs=1e-6)
    assert np.max(np.abs(fit.beta[order] - told["estimate"]) / error) < 1e-4
    np.testing.assert_allclose(fit.se[order], error, rtol=1e-3)
    if told["dispersion"] is not None:
        assert fit.dispersion == pytest.approx(told["dispersion"], rel=1e-4)
    for entry in told["components"]:
        if entry["term_2"] or name == "epil_nb_slope":  # R creeps towards that boundary
            continue
        group = ":".join(reversed(entry["group"].split(":")))
        place = [found for found, _ in fit.re_groups].index(group)
        sd = fit.stddev_corr(place)[0][fit.re_groups[place][1].index(entry["term_1"])]
        assert sd == pytest.approx(entry["value"], rel=1e-4)


def fitted(told: Told) -> glmm.Fit:
    """Returns the package's fit: successes of trials as rates with weights, the offset beside the formula."""
    frame, weights, formula = read(told["data"]), told["weights"], told["formula"]
    weighed = frame[weights].astype(float) if weights else None
    if trials := re.match(r"(\w+) \| trials\((\w+)\) ~", formula):
        weighed = frame[trials[2]].astype(float)
        frame, formula = frame.assign(rate=frame[trials[1]] / weighed), formula.replace(trials[0], "rate ~")
    outcome = formula.split(" ~")[0]
    if told["event"]:
        frame = frame.assign(**{outcome: (frame[outcome] == told["event"]).astype(float)})
    offset = re.search(r" \+ offset\((\w+)\)", formula)
    known = frame[offset[1]] if offset else None
    return glmm.fit(
        frame,
        formula.replace(offset[0], "") if offset else formula,
        told["family"].replace("_", ""),
        link=told["link"],
        weights=weighed,
        offset=known,
        nagq=25 if told["method"] == "quadrature" else 1,
    )


def read(name: str) -> pd.DataFrame:
    """Returns a table as R read it."""
    folder = FOLDER / "data" if (FOLDER / "data" / f"{name}.csv").exists() else ROOT / "data"
    return MADE[name]() if name in MADE else pd.read_csv(folder / f"{name}.csv")
