"""Bayesian work in another process: the instant posterior, NUTS with its draws counted, scores of rows."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

import core
from core.result.loo import Loo
from core.result.sent import result_from_bytes
from core.result.store import fit_from_bytes, fit_to_bytes
from core.spec.prior import Normal, Priors
from core.spec.prior_json import priors_to_json
from core.table.sent import table_to_bytes
from dashboard.jobs import process
from dashboard.jobs.frames import Frame
from dashboard.jobs.front import Front, identity
from dashboard.jobs.job import JobState, Status
from tests.dashboard.test_jobs import ME, ended, seen, until

FORMULA = "sales ~ youtube + (1 + youtube | store)"
PASSES = "bought | trials(contacted) ~ promo + (1 | channel)"


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    made = Front()
    yield made
    made.close()


@pytest.fixture(scope="module")
def fit() -> core.Fit:
    return core.fit(core.read_sample("retail_panel"), FORMULA)


def ask(front: Front, kind: str, fit: core.Fit, key: object = 0, **options: object) -> str:
    blobs = {"fit": fit_to_bytes(fit), "table": table_to_bytes(core.read_sample("retail_panel"))}
    name = identity(ME, kind, (key,))
    front.submit(name, ME, kind, lambda: Frame(options, blobs))
    return name


def fit_in(state: JobState) -> core.Fit:
    assert state.result is not None, state.sentence
    return fit_from_bytes(state.result.blobs["fit"])


def test_an_instant_posterior_is_that_of_this_process(front: Front, fit: core.Fit) -> None:
    priors = Priors(fixed=(("youtube", Normal(0.0, 1.0)),))
    name = ask(front, "posterior", fit, priors=priors_to_json(priors), seed=3)
    made = fit_in(ended(front, name))
    own = core.fit(core.read_sample("retail_panel"), FORMULA, "posterior", priors=priors, seed=3)
    # The same draws of the same seed; sums of another process may differ in the last digits.
    np.testing.assert_allclose(made.fixed_effects["estimate"], own.fixed_effects["estimate"], rtol=1e-8)


def test_rows_are_scored(front: Front, fit: core.Fit) -> None:
    last = ended(front, ask(front, "loo", fit, seed=1, n_draws=200))
    assert last.result is not None, last.sentence
    found = result_from_bytes(last.result.blobs["result"])
    assert isinstance(found, Loo)
    assert len(found.pointwise) == fit.n_rows == last.total


@pytest.mark.slow
def test_nuts_counts_its_draws_is_cancelled_and_gives_a_fit(front: Front, fit: core.Fit) -> None:
    """Slow, because a machine that never compiled the sampler does so here."""
    name = ask(front, "nuts", fit, priors=None, seed=5)
    made = fit_in(ended(front, name))
    assert made.method == "nuts"
    assert seen(front, name).what == "draws"
    # Two ways to one posterior: within a tenth of its SD, some five times the Monte Carlo error of the draws.
    instant = core.fit(core.read_sample("retail_panel"), FORMULA, "posterior").fixed_effects
    apart = made.fixed_effects["estimate"] - instant["estimate"]
    assert (apart.abs() < 0.1 * instant["std_error"]).all()

    lane = front.lanes["sampling"]
    worker = lane.worker
    large = ask(front, "nuts", wide(), key="large", priors=None, seed=5)
    until(lambda: seen(front, large).done > 0)
    front.cancel(large)
    until(lambda: lane.run is None)
    assert seen(front, large).status is Status.CANCELLED
    assert lane.worker is worker, "the sampler listens, so its process stays, with what it compiled"
    again = ask(front, "nuts", fit, key="again", priors=None, seed=6)
    assert ended(front, again).status is Status.DONE
    assert worker is not None and process.memory(worker) < 2 << 30


def wide() -> core.Fit:
    """A panel of 4,000 groups, whose sampling takes seconds."""
    rng = np.random.default_rng(1)
    rows = 40_000
    group, x = np.arange(rows) % 4_000, rng.normal(size=rows)
    slope = rng.normal(1.0, 0.5, 4_000)[group]
    y = rng.normal(0.0, 1.0, 4_000)[group] + slope * x + rng.normal(size=rows)
    frame = pd.DataFrame({"sales": y, "youtube": x, "store": [f"s{g}" for g in group]})
    return core.fit(frame, FORMULA)


@pytest.mark.slow
def test_a_yes_no_model_is_sampled_with_its_draws_counted(front: Front) -> None:
    """The same task as of Gaussian models; the rows go with the fit."""
    base = core.fit(core.read_sample("season_pass"), PASSES, family="binomial")
    name = ask(front, "nuts", base, key=("passes",), seed=3)
    made = fit_in(ended(front, name))
    own = core.sample(base, seed=3)
    assert made.method == "nuts" and made.posterior is not None
    # Chains of two processes may part (a compiled model rounds as it was compiled): chance is left.
    off = 0.2 * own.fixed_effects["std_error"].max()
    np.testing.assert_allclose(made.fixed_effects["estimate"], own.fixed_effects["estimate"], atol=off)
