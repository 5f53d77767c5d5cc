"""Rows and truth of ab_test.csv: sessions of 1,500 users, half of whom saw variant B of a shop's checkout.

User i has 1 to 8 sessions, on different days of four weeks. The odds that a session converts are

    logit p = -1.5 + u_i + 0.2 [variant B] - 0.35 [mobile] - 0.15 [tablet],    u_i ~ N(0, 1.2)

The sample is made so that
- users differ far more than the variants do, and the variant is the user's, not the session's: a regression
  that takes sessions for independent knows the effect of B less well than it says;
- users with more sessions count for more rows, not for more people.
"""

from datetime import date, timedelta

import numpy as np

SEED = 20253
USERS = 1500
FIRST_DAY, DAYS = date(2025, 3, 3), 28
DEVICES = ("desktop", "mobile", "tablet")
SHARES_OF_DEVICES = (0.40, 0.52, 0.08)
SHARE_USUAL_DEVICE = 0.8  # sessions on the device that a user has most often
SHARES_OF_SESSIONS = (0.11, 0.12, 0.12, 0.13, 0.13, 0.13, 0.13, 0.13)  # users with 1, 2, ... 8 sessions
FIXED = {"(Intercept)": -1.5, "variant[B]": 0.2, "device[mobile]": -0.35, "device[tablet]": -0.15}
SD_USER = 1.2


def draw_rows(seed: int = SEED) -> list[dict[str, object]]:
    """Returns one row a session, by user and day."""
    rng = np.random.Generator(np.random.PCG64(seed))
    own = rng.standard_normal(USERS)
    own = SD_USER * (own - own.mean()) / own.std()  # so that the truth is exact among these users
    in_b = rng.permutation(np.arange(USERS) % 2 == 1)
    rows: list[dict[str, object]] = []
    for user in range(USERS):
        sessions = 1 + rng.choice(len(SHARES_OF_SESSIONS), p=SHARES_OF_SESSIONS)
        usual = rng.choice(DEVICES, p=SHARES_OF_DEVICES)
        for day in np.sort(rng.permutation(DAYS)[:sessions]):
            other, whim = rng.choice(DEVICES, p=SHARES_OF_DEVICES), rng.random()
            device = str(usual if whim < SHARE_USUAL_DEVICE else other)
            chain = FIXED["(Intercept)"] + FIXED["variant[B]"] * in_b[user]
            chain += FIXED.get(f"device[{device}]", 0.0)
            converted = rng.random() < 1 / (1 + np.exp(-(chain + own[user])))
            rows.append(
                {
                    "user": f"U{user + 1:04d}",
                    "date": (FIRST_DAY + timedelta(days=int(day))).isoformat(),
                    "variant": "B" if in_b[user] else "A",
                    "device": device,
                    "converted": int(converted),
                }
            )
    return rows


def truth() -> dict[str, object]:
    """Returns what the rows were made from; effects are log-odds."""
    return {
        "formula": "converted ~ variant + device + (1 | user)",
        "family": "binomial",
        "seed": SEED,
        "fixed_effects": FIXED,
        "sd_user": SD_USER,
        "users": USERS,
    }
