"""Writes the made-up samples, each with the truth it was made from: a chain, an A/B test, sessions of a shop.

    python data/generate.py [folder]

ab_test.py and conversions.py say how theirs are made. The chain has 24 stores in 4 regions over 30 weeks. In
store j and week t

    sales = 58 + b_j + (0.41 + s_j) youtube + 0.16 facebook + 0 newspaper - 6 price + 2.4 promo + 0.05 week
            + noise

Sales are in thousand units, spend in thousand dollars a week, price in dollars. The sample is made so that
- 7 stores answer clearly more to YouTube than the chain and 3 clearly less, the others about alike;
- newspaper spend does nothing, yet large stores sell more and buy more of it, so that a regression without
  stores finds an effect;
- promotions come with a lower price;
- weeks are missing, Store 17 has 4 of them, and Store 11 spent the same on YouTube every week.

Every table uses NumPy's PCG64 with a fixed seed of its own; the same NumPy writes the same bytes.
"""

import csv
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import ab_test
import conversions
import numpy as np

SEED = 20252
WEEKS = 30
REGIONS = ("North", "East", "South", "West")
STORES = tuple(f"Store {number:02d}" for number in range(1, 25))
NEVER_VARIED = "Store 11"
CONSTANT_SPEND = 12.0
OPEN = {"Store 17": (27, 30), "Store 06": (20, 30), "Store 21": (1, 12)}  # weeks of trading; others have all
SHARE_MISSING = 0.06

FIXED = {
    "(Intercept)": 58.0,
    "youtube": 0.41,
    "facebook": 0.16,
    "newspaper": 0.0,
    "price": -6.0,
    "promo[yes]": 2.4,
    "week": 0.05,
}
MEASURED = ("youtube", "facebook", "newspaper", "price", "week")
SD_INTERCEPT, SD_SLOPE, CORRELATION, SIGMA = 2.4, 0.12, 0.3, 1.4
SHARE_OF_INTERCEPT_BY_SIZE = 0.7  # correlation of a store's baseline with its floor area

# Where each store stands in YouTube response, in standard deviations: 7 above, 3 below, 14 near the middle.
RESPONSE = np.array(
    [
        (-0.1, 1.2, -0.4, 1.6, -0.3, 0.0),  # North
        (-1.8, 1.0, -0.5, 1.3, -0.3, -0.2),  # East
        (-2.1, -0.4, 1.8, -0.1, -0.3, -0.5),  # South
        (1.1, -0.4, -0.3, 1.4, -0.4, -1.6),  # West
    ]
).ravel()

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Stores:
    """What is true of each store: arrays of 24."""

    region: Array
    size: Array  # floor area, square metres
    baseline: Array  # b_j
    slope: Array  # s_j


def standardised(values: Array) -> Array:
    """Returns the values with mean 0 and SD 1 over the stores, so that the truth is exact in the sample."""
    centred = values - values.mean()
    return centred / np.sqrt(np.mean(centred**2))


def apart_from(values: Array, *others: Array) -> Array:
    """Returns what is left of the values when the others are taken out, standardised."""
    columns = np.column_stack([np.ones(len(values)), *others])
    return standardised(values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0])


def draw_stores(rng: np.random.Generator) -> Stores:
    """Returns stores whose baseline and slope have exactly the SDs and the correlation stated above."""
    response = standardised(RESPONSE)
    own, area = rng.standard_normal((2, len(STORES)))
    area = apart_from(area, response)
    own = apart_from(own, response, area)
    left = np.sqrt(1 - CORRELATION**2 - SHARE_OF_INTERCEPT_BY_SIZE**2)
    baseline = CORRELATION * response + SHARE_OF_INTERCEPT_BY_SIZE * area + left * own
    return Stores(
        region=np.repeat(REGIONS, len(STORES) // len(REGIONS)),
        size=np.round(900 + 260 * area, -1),
        baseline=SD_INTERCEPT * baseline,
        slope=SD_SLOPE * response,
    )


def draw_rows(rng: np.random.Generator, stores: Stores) -> list[dict[str, object]]:
    """Returns one row for each store and week that the chain has figures for."""
    rows: list[dict[str, object]] = []
    for j, store in enumerate(STORES):
        first, last = OPEN.get(store, (1, WEEKS))
        usual_price = 4.0 + 0.1 * rng.standard_normal()
        for week in range(1, WEEKS + 1):
            youtube = max(0.5, 14 + 7 * rng.standard_normal())
            facebook = max(0.3, 8 + 4 * rng.standard_normal())
            newspaper = max(0.0, stores.size[j] / 150 + 1.5 * rng.standard_normal())
            promo = rng.random() < 0.22
            price = usual_price - 0.3 * promo + 0.14 * rng.standard_normal()
            noise, lost = rng.standard_normal(), rng.random() < SHARE_MISSING
            if not first <= week <= last or (lost and last - first > 20):
                continue
            row = {
                "store": store,
                "region": str(stores.region[j]),
                "size_m2": int(stores.size[j]),
                "week": week,
                "youtube": CONSTANT_SPEND if store == NEVER_VARIED else round(youtube, 1),
                "facebook": round(facebook, 1),
                "newspaper": round(newspaper, 1),
                "price": round(price, 2),
                "promo": "yes" if promo else "no",
            }
            own = stores.baseline[j] + stores.slope[j] * row["youtube"]
            chain = FIXED["(Intercept)"] + FIXED["promo[yes]"] * promo
            chain += sum(FIXED[name] * row[name] for name in MEASURED)
            rows.append(row | {"sales": f"{chain + own + SIGMA * noise:.2f}"})
    return rows


def truth(stores: Stores) -> dict[str, object]:
    """Returns what the rows were made from; `intercept` and `youtube` of a store are chain + its own."""
    per_store = {
        store: {
            "intercept": round(FIXED["(Intercept)"] + float(stores.baseline[j]), 4),
            "youtube": round(FIXED["youtube"] + float(stores.slope[j]), 4),
        }
        for j, store in enumerate(STORES)
    }
    return {
        "formula": "sales ~ youtube + facebook + newspaper + price + promo + week + (1 + youtube | store)",
        "seed": SEED,
        "fixed_effects": FIXED,
        "sd_intercept": SD_INTERCEPT,
        "sd_youtube": SD_SLOPE,
        "correlation": CORRELATION,
        "sigma": SIGMA,
        "stores": per_store,
    }


def as_csv(rows: list[dict[str, object]]) -> str:
    """Returns the rows as comma-separated text with a header and \\n line ends on every system."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write(folder: Path) -> None:
    """Writes every table and its truth into the folder."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    stores = draw_stores(rng)
    made = {
        "retail_panel": (draw_rows(rng, stores), truth(stores)),
        "ab_test": (ab_test.draw_rows(), ab_test.truth()),
        "conversions": conversions.draw_rows(),
    }
    for name, (rows, true) in made.items():
        (folder / f"{name}.csv").write_bytes(as_csv(rows).encode())
        (folder / f"{name}_truth.json").write_bytes((json.dumps(true, indent=2) + "\n").encode())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
