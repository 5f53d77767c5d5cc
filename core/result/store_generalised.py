"""A generalised fit's rows and estimates as plain arrays and JSON, and back."""

from typing import Any

import numpy as np

from core.design.coding import Array
from core.design.complete import Dropped
from core.design.factor import Factor
from core.design.layout import Layout
from core.design.matrix import Design
from core.design.rows import rows_of
from core.design.weights import ALIKE, Weights
from core.fit.estimates import Estimates
from core.fit.generalised import Generalised
from core.fit.optimise import Stop
from core.spec.model import ModelSpec


def generalised_out(fitted: Generalised) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns what JSON holds of a fit, and its arrays by name."""
    design, found = fitted.design, fitted.estimates
    manifest = {
        "columns": list(design.values),
        "factors": [{"name": one.name, "levels": list(one.levels)} for one in design.factors.values()],
        "dropped": [[one.reason, one.rows, one.column] for one in design.dropped],
        "unit": design.weights.unit,
        "fixed": list(fitted.rows.fixed),
        "dispersion": found.dispersion,
        "log_likelihood": found.log_likelihood,
        "stop": found.stop.name,
        "points": found.points,
        "separating": list(found.separating),
        "spread": list(found.spread),
    }
    arrays: dict[str, Any] = {f"values_{k}": values for k, values in enumerate(design.values.values())}
    arrays |= {f"codes_{k}": one.codes.astype(np.int64) for k, one in enumerate(design.factors.values())}
    arrays |= {f"spread_{k}": one for k, one in enumerate(found.spread.values())}
    arrays |= {f"effects_{k}": found.effects[name] for k, name in enumerate(found.spread)}
    arrays |= {"fixed": found.fixed, "covariance": found.covariance}
    if design.weights.values is not None:
        arrays["weights"] = design.weights.values
    if design.trials is not None:
        arrays["trials"] = design.trials
    return manifest, arrays


def generalised_in(
    manifest: dict[str, Any], held: dict[str, Array], spec: ModelSpec, layout: Layout
) -> Generalised:
    """Returns the fit that `generalised_out` wrote. Raises KeyError and ValueError of damaged parts."""
    values = {str(name): held[f"values_{k}"] for k, name in enumerate(manifest["columns"])}
    factors = {
        str(one["name"]): Factor(
            str(one["name"]), held[f"codes_{k}"].astype(np.intp), tuple(map(str, one["levels"]))
        )
        for k, one in enumerate(manifest["factors"])
    }
    weights = Weights(held["weights"], float(manifest["unit"])) if "weights" in held else ALIKE
    design = Design(
        layout=layout,
        values=values,
        factors=factors,
        kept=None,
        dropped=tuple(Dropped(str(a), int(b), str(c)) for a, b, c in manifest["dropped"]),
        n_rows=len(values[layout.outcome]),
        weights=weights,
        trials=held.get("trials"),
    )
    names = [str(name) for name in manifest["spread"]]
    estimates = Estimates(
        fixed=held["fixed"],
        covariance=held["covariance"],
        spread={name: held[f"spread_{k}"] for k, name in enumerate(names)},
        effects={name: held[f"effects_{k}"] for k, name in enumerate(names)},
        dispersion=float(manifest["dispersion"]),
        log_likelihood=float(manifest["log_likelihood"]),
        stop=Stop[manifest["stop"]],
        points=int(manifest["points"]),
        separating=tuple(map(str, manifest["separating"])),
    )
    return Generalised(design, rows_of(design, spec, tuple(map(str, manifest["fixed"]))), estimates)
