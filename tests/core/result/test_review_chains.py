"""The gate of chains and weights: what stops a fit, what only asks for a look, and in which words."""

import numpy as np
import pytest

from core.finding import Status
from core.result.review_chains import judged, judged_weights
from tests.core.result.test_chains import autoregressive

RNG = np.random.default_rng(1)
GOOD = {"sigma": RNG.standard_normal((4, 1000)), "SD of youtube": RNG.standard_normal((4, 1000))}
CALM = np.zeros((4, 1000), dtype=bool)
ENERGY = RNG.standard_normal((4, 1000))


def test_good_chains_pass_with_their_figures() -> None:
    (finding,) = judged(GOOD, CALM, ENERGY)
    assert (finding.topic, finding.status) == ("chains", Status.GOOD)
    assert finding.numbers["r_hat"] <= 1.01
    # Tails are counted by yes and no, whose sizes scatter by some 5 %.
    assert 3000 < finding.numbers["ess_tail"] <= finding.numbers["ess_bulk"] * 1.2


def test_disagreeing_chains_stop_and_the_worst_is_named() -> None:
    apart = GOOD["sigma"] + np.arange(4)[:, None]
    slightly = GOOD["SD of youtube"] + 0.2 * np.arange(4)[:, None]
    found = judged(GOOD | {"SD of radio": slightly, "SD of <b>tv</b>": apart}, CALM, ENERGY)
    first = found[0]
    assert (first.topic, first.status) == ("r_hat", Status.STOP)
    assert "'SD of <b>tv</b>'" in first.message and "1 other:" in first.message
    assert first.numbers["quantities"] == 2
    assert not any(finding.status is Status.GOOD for finding in found)


def test_few_effective_draws_stop_and_advice_counts_them() -> None:
    """Neighbours that correlate by 0.95 leave 4,000 / 39, about 100 draws: four times as many are due."""
    found = {f.topic: f for f in judged({"sigma": autoregressive(0.95, 4, 1000, 1, 3)[:, :, 0]}, CALM)}
    assert found["ess_bulk"].status is Status.STOP
    assert 50 < found["ess_bulk"].numbers["ess_bulk"] < 200
    asked = int(found["ess_bulk"].advice.split("at least ")[1].split(" draws")[0].replace(",", ""))
    assert 2000 < asked < 9000


def test_tails_alone_can_stop() -> None:
    """A middle that mixes and ends that come in spells: the sign is new at each draw, the size is not."""
    size = np.exp(3 * autoregressive(0.98, 4, 1000, 1, 4)[:, :, 0])
    found = judged({"effect": size * np.random.default_rng(5).choice([-1, 1], (4, 1000))}, CALM)
    assert {"ess_tail"} <= {f.topic for f in found if f.status is Status.STOP}
    assert "ess_bulk" not in {f.topic for f in found}


def test_one_divergence_stops() -> None:
    diverging = CALM.copy()
    diverging[2, 17] = True
    found = judged(GOOD, diverging, ENERGY)
    assert [(f.topic, f.status) for f in found] == [("divergences", Status.STOP)]
    assert found[0].message.startswith("1 of 4,000 draws diverged")


def test_slow_energy_asks_for_a_look() -> None:
    """Energies that correlate by 0.95 have E-BFMI 2 (1 - 0.95) = 0.1."""
    energy = autoregressive(0.95, 4, 1000, 1, 6)[:, :, 0]
    found = {f.topic: f for f in judged(GOOD, CALM, energy)}
    assert found["energy"].status is Status.LOOK and found["chains"].status is Status.GOOD
    assert found["energy"].numbers["e_bfmi"] == pytest.approx(0.1, abs=0.05)


def test_runs_cut_short_stop() -> None:
    cut = GOOD["sigma"].copy()
    cut[3, 400:] = np.nan
    found = judged(GOOD | {"sigma": cut}, CALM)
    assert [(f.topic, f.status) for f in found] == [("missing_draws", Status.STOP)]
    assert "600 of 4,000" in found[0].message


def test_what_never_moved_is_unknown_not_good() -> None:
    found = judged({"sigma": np.ones((4, 1000))}, CALM)
    assert [(f.topic, f.status) for f in found] == [("still_draws", Status.UNKNOWN)]


def test_chains_stuck_at_places_of_their_own_stop() -> None:
    found = judged({"sigma": np.repeat(np.arange(4.0)[:, None], 1000, axis=1)}, CALM)
    assert found[0].topic == "r_hat" and found[0].status is Status.STOP


def test_one_chain_is_unknown() -> None:
    """As many draws as elsewhere: halves of 500 alone would pass 1.01 by chance in 2 of 1,000 samples."""
    found = judged({"sigma": GOOD["sigma"].reshape(1, -1)}, CALM.reshape(1, -1), ENERGY.reshape(1, -1))
    assert [(f.topic, f.status) for f in found] == [("one_chain", Status.UNKNOWN)]


@pytest.mark.parametrize(
    ("k", "ess", "topic", "status"),
    [
        (0.3, 3100.0, "k_hat", Status.GOOD),
        (0.71, 3100.0, "k_hat", Status.STOP),
        (np.inf, 3100.0, "k_hat", Status.STOP),
        (np.nan, 3100.0, "k_hat", Status.STOP),
        (0.3, 399.0, "weights_ess", Status.STOP),
    ],
)
def test_weights(k: float, ess: float, topic: str, status: Status) -> None:
    (finding,) = judged_weights(k, ess)
    assert (finding.topic, finding.status) == (topic, status)
    assert "nan" not in finding.message and "inf" not in finding.message
