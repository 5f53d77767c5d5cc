"""Rows and truth of conversions.csv: 3,600 sessions that began on one of 20 landing pages of a shop.

On landing page j the odds that a session of d minutes with n pages seen converts are

    logit p = -2.2 + b_j + (0.18 + s_j) d + 0.1 n + referral

The sample is made so that
- on every landing page longer sessions convert more, but pages that hold people longest (guides, the blog)
  are those that sell least: over all sessions together the longer ones convert less (Simpson's paradox);
- how much a minute brings differs between landing pages: clearly more on 5 of them, clearly less on 4;
- visitors are spread unevenly, from 30 sessions on the smallest page to 500 on the largest.
"""

import numpy as np

SEED = 20254
# Landing page, mean minutes of its sessions (short where people buy, long where they read),
# number of sessions, and where it stands in what a minute brings, in SDs: 5 above, 4 below, 11 near 0.
LANDING = (
    ("Home", 3.6, 500, 0.1), ("Spring sale", 2.4, 330, 1.3),
    ("Gift finder", 3.0, 120, -0.2), ("New arrivals", 3.2, 240, 0.3),
    ("Running shoes", 3.4, 310, 1.6), ("Rain jackets", 3.1, 190, -0.4),
    ("Tents", 4.0, 150, 1.2), ("Backpacks", 3.7, 130, 0.0),
    ("Outlet", 2.6, 260, -1.5), ("Voucher code", 2.0, 210, -0.3),
    ("Newsletter offer", 2.8, 170, 0.2), ("Store finder", 3.9, 60, -1.4),
    ("Size guide", 5.2, 140, 1.4), ("Tent guide", 6.8, 160, 1.1),
    ("Trail stories", 7.0, 200, -0.1), ("Care tips", 6.1, 110, -0.4),
    ("Packing list", 6.4, 70, -1.6), ("Route planner", 7.2, 90, 0.3),
    ("Boot fitting", 5.8, 30, 0.2), ("Repair service", 4.8, 130, -1.5),
)  # fmt: skip
PAGES = tuple(page for page, *_ in LANDING)
MINUTES, SESSIONS, RESPONSE = map(np.array, zip(*(rest for _, *rest in LANDING), strict=True))
REFERRALS = ("search", "direct", "email", "social", "ads")
SHARES_OF_REFERRALS = (0.36, 0.22, 0.14, 0.16, 0.12)
FIXED = {
    "(Intercept)": -2.2,
    "duration": 0.18,
    "pages": 0.10,
    "referral[direct]": 0.1,
    "referral[email]": 0.5,
    "referral[search]": 0.2,
    "referral[social]": -0.4,
}  # against ads, the first in the alphabet
PER_MINUTE_OF_A_PAGE = -0.75  # how much lower a landing page starts for each minute that its sessions last
SD_REST, SD_SLOPE, SHAPE = 0.35, 0.09, 3.0  # SHAPE is that of the durations, gamma distributed


def effects(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Returns what each landing page adds to the intercept and to the slope of duration, both with mean 0."""
    rest = rng.standard_normal(len(PAGES))
    rest = SD_REST * (rest - rest.mean()) / rest.std()
    slope = SD_SLOPE * (RESPONSE - RESPONSE.mean()) / RESPONSE.std()
    baseline = PER_MINUTE_OF_A_PAGE * (MINUTES - MINUTES.mean()) + rest
    return baseline, slope


def draw_rows(seed: int = SEED) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Returns one row a session in the order in which they came, and what the rows were made from."""
    rng = np.random.Generator(np.random.PCG64(seed))
    baseline, slope = effects(rng)
    began = rng.permutation(np.repeat(np.arange(len(PAGES)), SESSIONS))
    rows: list[dict[str, object]] = []
    for place in began:
        duration = round(0.2 + (MINUTES[place] - 0.2) * rng.standard_gamma(SHAPE) / SHAPE, 1)
        pages = 1 + int(rng.poisson(0.6 * np.sqrt(duration)))
        referral = str(rng.choice(REFERRALS, p=SHARES_OF_REFERRALS))
        chain = FIXED["(Intercept)"] + FIXED["pages"] * pages + FIXED.get(f"referral[{referral}]", 0.0)
        own = baseline[place] + (FIXED["duration"] + slope[place]) * duration
        converted = rng.random() < 1 / (1 + np.exp(-(chain + own)))
        rows.append(
            {
                "landing_page": PAGES[place],
                "referral": referral,
                "duration": f"{duration:.1f}",
                "pages": pages,
                "converted": "yes" if converted else "no",
            }
        )
    return rows, truth(baseline, slope)


def truth(baseline: np.ndarray, slope: np.ndarray) -> dict[str, object]:
    """Returns what the rows were made from; effects are log-odds, those of a landing page totals."""
    per_page = {
        page: {
            "intercept": round(FIXED["(Intercept)"] + float(baseline[j]), 4),
            "duration": round(FIXED["duration"] + float(slope[j]), 4),
        }
        for j, page in enumerate(PAGES)
    }
    return {
        "formula": "converted ~ duration + pages + referral + (1 + duration | landing_page)",
        "family": "binomial",
        "event": "yes",
        "seed": SEED,
        "fixed_effects": FIXED,
        "sd_intercept": round(float(np.std(baseline)), 4),
        "sd_duration": SD_SLOPE,
        "landing_pages": per_page,
    }
