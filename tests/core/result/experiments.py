"""Experiments with known truth: users who differ, each with several sessions."""

import numpy as np
import pandas as pd
from scipy.special import expit

from core.result.population import population_mean
from core.spec.model import Link

SD, BASE, EFFECT = 1.2, -1.4, 0.3


def experiment(
    seed: int,
    users: int = 300,
    most: int = 8,
    effect: float = EFFECT,
    within: bool = False,
) -> pd.DataFrame:
    """Returns sessions: user, variant, device and y (1/0); variants given out by user, or by session."""
    rng = np.random.default_rng(seed)
    own, sessions = rng.normal(0.0, SD, users), rng.integers(1, most + 1, users)
    user = np.repeat(np.arange(users), sessions)
    treated = rng.integers(0, 2, len(user)) if within else user % 2
    yes = rng.random(len(user)) < expit(BASE + effect * treated + own[user])
    return pd.DataFrame(
        {
            "user": [f"u{one}" for one in user],
            "variant": np.where(treated == 1, "B", "A"),
            "device": rng.choice(["desktop", "mobile"], len(user)),
            "y": yes.astype(int),
        }
    )


def true_lift(effect: float = EFFECT) -> float:
    """Returns the difference of the two arms' rates over all users there could be."""
    rates = population_mean(Link.LOGIT, np.array([BASE, BASE + effect]), np.full(2, SD**2))
    return float(rates[1] - rates[0])


def revenue(seed: int) -> pd.DataFrame:
    """Returns sessions with an amount, 0.3 higher with B."""
    table, rng = experiment(seed), np.random.default_rng(seed)
    own = rng.normal(0, 1, 300)[table["user"].str[1:].astype(int)]
    table["spent"] = 5 + 0.3 * (table["variant"] == "B") + own + rng.normal(0, 1, len(table))
    return table
