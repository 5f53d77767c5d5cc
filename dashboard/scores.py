"""Models tried beside each other by how well they foretell rows left out (LOO). Nothing is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.finding import Finding, Status
from core.result.compare import DifferentData
from core.result.compare_loo import LooDifference, compare_loo
from core.result.loo import Loo
from dashboard.numbers import number
from dashboard.tried import Tried

DRAWS = 1_000
MOST = 8  # models scored at one click, the latest: each takes a second or more

Scores = Mapping[int, Loo]  # by place in the list of models tried


def rivals(models: Sequence[Tried], used: Tried | None) -> list[int]:
    """Returns the places of the models that foretell the same outcome on the same rows as the one in use."""
    if used is None:
        return []
    same = [place for place, model in enumerate(models) if model.foretells == used.foretells]
    mine = models.index(used)
    return sorted({mine, *[place for place in same if place != mine][1 - MOST :]})


def standing(scores: Scores) -> dict[int, str]:
    """Returns how far each scored model lies below the best, with the standard error of the difference."""
    if len(scores) < 2:
        return dict.fromkeys(scores, "nothing to compare with")
    best = max(scores, key=lambda place: scores[place].elpd)
    said = {best: f"best of {len(scores)}"}
    for place, one in scores.items():
        if place != best:
            off = _difference(scores[best], one)
            said[place] = "other rows than the best" if off is None else _below(off)
    return said


def _below(off: LooDifference) -> str:
    return f"{number(off.difference, off.se)} ± {number(off.se, off.se / 4)} below the best"


def _difference(one: Loo, other: Loo) -> LooDifference | None:
    try:
        return compare_loo(one, other)
    except DifferentData:
        return None


def against_best(scores: Scores, used: int) -> tuple[int, LooDifference] | None:
    """Returns the best of the other models and how much better the one in use foretells than that one.

    None where either has no score, or they were scored on other rows.
    """
    others = {place: one for place, one in scores.items() if place != used}
    if used not in scores or not others:
        return None
    best = max(others, key=lambda place: others[place].elpd)
    found = _difference(scores[used], others[best])
    return None if found is None else (best, found)


def verdict(scores: Scores, used: int) -> list[Finding]:
    """Returns in a sentence which of the two foretells better: the model in use or the best of the others.

    That another does, beyond chance, asks for a look.
    """
    found = against_best(scores, used)
    if found is None:
        return []
    place, off = found
    told = off.findings("the one in use", f"model {place + 1}")
    trails = off.clear and off.difference < 0
    return [replace(one, status=Status.LOOK) for one in told] if trails else told


def title(count: int, scores: Scores, used: int) -> tuple[str, str]:
    """Returns the title of the models tried where a posterior is in use, and what the table holds."""
    drawn = "oldest first; “Use” brings a model back; elpd: higher is better; AIC, BIC: of REML and ML alone"
    found = against_best(scores, used)
    if found is None:
        return f"{count} models tried; posteriors compare by LOO", drawn
    if not found[1].clear:
        return f"{count} models tried; by LOO nothing tells the one in use from the best of the others", drawn
    leads = "leads" if found[1].difference > 0 else "trails"
    return f"{count} models tried; by LOO the one in use {leads}", drawn
