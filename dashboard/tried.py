"""The models tried so far: their figures, what each changed, and which of them may be compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.spec.formula import write_formula
from core.spec.model import ModelSpec, Random, expand
from core.spec.write import write_interaction, write_variable
from dashboard import wording
from dashboard.numbers import MINUS, number
from dashboard.state import SEARCHED, Shown

KEPT = 40
LIKELIHOODS = ("AIC", "BIC", "−2 log-lik.")  # columns that no posterior has


@dataclass(frozen=True, slots=True)
class Tried:
    """One fit's figures; the fit itself is not kept. `same` is equal for fits whose AIC may be compared."""

    spec: ModelSpec
    method: str
    digest: str
    formula: str
    aic: float
    bic: float
    criterion: float
    sigma: float
    parameters: int
    same: tuple[object, ...]
    priors: str = ""  # of a posterior, as JSON

    @property
    def foretells(self) -> tuple[object, ...]:
        """Outcome and rows: models in which they are the same may be compared by LOO."""
        outcome, _, rows, _ = self.same
        return (self.digest, outcome, rows)


def record(shown: Shown) -> Tried:
    """Returns the figures of a fit.

    Likelihoods compare for one outcome, the same rows and one method; REML's leave the fixed part out, so
    that must be the same too (Pinheiro, Bates 2000, section 2.4.1). A posterior has no likelihood at one best
    fit: posteriors compare by LOO alone.
    """
    fit = shown.fit
    rows = (fit.n_rows, *((part.reason, part.rows) for part in fit.dropped))
    fixed = tuple(fit.fixed_effects.index) if shown.method == "reml" else ()
    return Tried(
        shown.spec,
        shown.method,
        shown.digest,
        write_formula(shown.spec),
        fit.aic,
        fit.bic,
        fit.criterion,
        fit.sigma,
        fit.n_parameters,
        (write_variable(shown.spec.outcome), shown.method, rows, fixed),
        shown.about[-1],
    )


def added(before: Sequence[Tried], shown: Shown) -> tuple[Tried, ...]:
    """Returns the models tried with this one, each once, in the order of their first fit; under other priors
    its figures are those of the last.
    """
    here = (shown.digest, write_formula(shown.spec), shown.method)
    for place, model in enumerate(before):
        if (model.digest, model.formula, model.method) == here:
            again = model if model.priors == shown.about[-1] else record(shown)
            return (*before[:place], again, *before[place + 1 :])
    return (*before, record(shown))[-KEPT:]


def find(models: Sequence[Tried], shown: Shown) -> Tried | None:
    """Returns the figures of the fit on the screen."""
    formula = write_formula(shown.spec)
    return next((model for model in models if (model.formula, model.method) == (formula, shown.method)), None)


def rows(models: Sequence[Tried], used: Tried | None) -> list[dict[str, object]]:
    """Returns one row a model for the screen, oldest first; `used` is the one on the screen."""
    return [
        {
            "": "in use" if model is used else "Use",
            "what changed": changed(models[place - 1], model) if place else "first model",
            "compared by AIC": compared(model, models, used),
            "method": wording.METHODS[model.method],
            "AIC": _known(model.aic),
            "BIC": _known(model.bic),
            "−2 log-lik.": _known(model.criterion),
            "residual SD": model.sigma,
            "parameters": model.parameters,
            "model": model.formula,
        }
        for place, model in enumerate(models)
    ]


def _known(value: float) -> float | None:
    """The number; None, which tables leave empty, where a method has none."""
    return value if value == value else None


def best(models: Sequence[Tried], used: Tried | None) -> tuple[Tried | None, int]:
    """Returns the lowest AIC among the models that may be compared with the one in use, and their number."""
    peers = [model for model in models if used is not None and model.same == used.same]
    return min(peers, key=lambda model: model.aic, default=None), len(peers)


def compared(model: Tried, models: Sequence[Tried], used: Tried | None) -> str:
    """Returns how the model stands among those that it may be compared with, or that it may not."""
    if model.method not in SEARCHED:
        return "by LOO"
    if used is not None and model.same != used.same:
        return "not with the one in use"
    peers = [other for other in models if other.same == model.same]
    if len(peers) == 1:
        return "nothing to compare with"
    lowest = min(other.aic for other in peers)
    if model.aic == lowest:
        return f"best of {len(peers)}"
    return f"{number(model.aic - lowest, 0.2, signed=True)} above the best"


def changed(before: Tried, after: Tried) -> str:
    """Returns in a few words what a model changed against another."""
    said = []
    old, new = before.spec, after.spec
    if write_variable(old.outcome) != write_variable(new.outcome):
        said.append(f"outcome {write_variable(new.outcome)}")
    if old.weights != new.weights:
        said.append(f"weighted by {new.weights}" if new.weights is not None else "no weights")
    said += _moved(_fixed(old), _fixed(new))
    said += _moved(_added(old), _added(new))
    old_groups, new_groups = ({_grouping(part): part for part in spec.random} for spec in (old, new))
    said += [f"no groups of {name}" for name in old_groups if name not in new_groups]
    for name, part in new_groups.items():
        if name not in old_groups:
            said.append(f"grouped by {name}")
            continue
        earlier = old_groups[name]
        said += [f"{move} by {name}" for move in _moved(_random(earlier), _random(part))]
        if earlier.correlated != part.correlated and len(_random(part)) > 1:
            said.append("correlated" if part.correlated else "not correlated")
    if before.method != after.method:
        said.append(f"{wording.METHODS[before.method]} → {wording.METHODS[after.method]}")
    return ", ".join(said) or "written differently"


def _fixed(spec: ModelSpec) -> tuple[str, ...]:
    terms = tuple(wording.term(write_interaction(part)) for part in expand(spec.fixed))
    return (*(("baseline",) if spec.intercept else ()), *terms)


def _added(spec: ModelSpec) -> tuple[str, ...]:
    return tuple(f"{wording.term(write_variable(one))} as it is" for one in spec.offsets)


def _random(part: Random) -> tuple[str, ...]:
    terms = tuple(f"slope of {wording.term(write_interaction(one))}" for one in expand(part.terms))
    return (*(("baseline",) if part.intercept else ()), *terms)


def _grouping(part: Random) -> str:
    return ("/" if part.nested else ":").join(part.group)


def _moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    gone = [f"{MINUS} {name}" for name in old if name not in new]
    return [*(f"+ {name}" for name in new if name not in old), *gone]
