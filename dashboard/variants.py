"""The comparison of variants on Model: which two are compared, what core finds, and whether it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import core
from core.result.ab import AbTest, variants
from core.result.arms import Arms, set_to
from core.result.ratios import Step, typical_change
from core.spec.model import Family, link_of
from dashboard import (
    ab_words,
    experiments,
    families,
    naming,
    ratio_words,
    readouts,
    safe,
    soundness,
    state,
    wording,
)
from dashboard.classification_words import names as event_words
from dashboard.nouns import CASE, GROUP, cases
from dashboard.numbers import minus
from dashboard.scale import many_of, scale, word_of
from dashboard.state import Shown

LEAST_DF = 0.5  # degrees of freedom below which nothing is known of an error


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: two values of a predictor, and whether more of the outcome is better."""

    arms: Arms
    baseline: str
    arm: str
    more: bool


def offered(shown: Shown) -> tuple[Arms, ...]:
    """Returns the predictors to compare variants by, the likeliest first; none of models without groups."""
    if not shown.fit.n_groups:
        return ()
    # Amounts around an average have the effect itself on the page: a verdict for what is named a variant.
    by_name = shown.spec.family is Family.GAUSSIAN
    return state.kept(("variants", *shown.key), lambda: experiments.shown_first(variants(shown.fit), by_name))


def key(shown: Shown, what: str, *of: str) -> str:
    """Returns what a choice is kept under: for a table and outcome, and `of` what it depends on."""
    return "_".join(("ab", what, shown.digest[:12], shown.spec.outcome.column, *of))


def asked(shown: Shown, known: Sequence[Arms]) -> Asked:
    """Returns what the reader compares, or what is likeliest; `known` are the `offered`, one at least."""
    wanted = state.value(key(shown, "by"))
    arms = next((one for one in known if one.predictor == wanted), known[0])
    before = experiments.before(arms.names)
    baseline = _among(arms.names, state.value(key(shown, "against", arms.predictor)), before)
    others = [name for name in arms.names if name != baseline]
    arm = _among(others, state.value(key(shown, "arm", arms.predictor, baseline)), others[0])
    more = state.value(key(shown, "more"))
    if more is None:
        more = experiments.more_is_better(shown.spec.outcome.column)
    return Asked(arms, baseline, arm, bool(more))


def _among(names: Sequence[str], wanted: object, otherwise: str) -> str:
    return next((name for name in names if name == wanted), otherwise)


def refused(shown: Shown) -> str:
    """Returns why the fit allows no verdict, as Markdown; empty when it does."""
    if stops := soundness.barred(shown):
        return safe.markdown(minus(stops[0].message), 600)
    known = shown.fit.fixed_effects[["estimate", "std_error", "df"]].min()
    told = all(map(isfinite, known[:2])) and known["df"] >= LEAST_DF
    return "" if told else wording.AB_UNKNOWN


def found(shown: Shown, what: Asked) -> AbTest:
    """Returns what core says of the comparison."""
    return state.kept(
        ("ab", *shown.key, what.arms.predictor, what.baseline, what.arm),
        lambda: core.ab(
            shown.fit, what.arms.predictor, baseline=what.baseline, arm=what.arm, seed=state.SEED
        ),
    )


def typical(shown: Shown, what: Asked) -> str:
    """Returns where a typical case comes from and goes to, as every effect on the page: '40 % to 50 %'.

    Empty of amounts around an average, whose effect is the same everywhere. Not escaped.
    """
    if not families.generalised(shown.spec):
        return ""
    step = Step(what.arm, set_to(what.arms, what.baseline), set_to(what.arms, what.arm))
    row = typical_change(shown.fit.linear.lead, link_of(shown.spec), (step,), shown.fit.level).iloc[0]
    return ratio_words.between(row, scale(shown.spec))


def leading(shown: Shown) -> tuple[AbTest, ab_words.Said] | None:
    """Returns the comparison that the page leads with; None where there is no verdict, or the model is about
    something else: the predictor is not named like a variant, and another's effect is clearer.
    """
    known = offered(shown)
    if not known or refused(shown) or soundness.doubt(shown):
        return None
    what = asked(shown, known)
    if not (experiments.named(what.arms) or _clearest(shown) in set_to(what.arms, what.arm)):
        return None
    test = found(shown, what)
    return test, said(shown, test, what.more)


def _clearest(shown: Shown) -> str:
    """The term of the clearest effect; empty without one, and of amounts around an average."""
    place = readouts.leading(shown) if families.generalised(shown.spec) else None
    return "" if place is None else readouts.readouts(shown)[place].term


def said(shown: Shown, test: AbTest, more: bool) -> ab_words.Said:
    """Returns how it is spoken of: a yes/no predictor's values with its name, an event by its name."""
    outcome, family = shown.spec.outcome.column, shown.spec.family
    single = family is Family.BINOMIAL and shown.spec.trials is None
    event = event_words(shown.spec.event)[0] if family is Family.BINOMIAL else "yes"
    pair = naming.pairs(shown).get(test.predictor)
    labels = {"yes": f"{test.predictor} {pair[0]}", "no": f"{test.predictor} {pair[1]}"} if pair else {}
    nouns = {one.name: one.noun for one in naming.groupings(shown)}
    return ab_words.Said(
        outcome=outcome if event == "yes" else f"{outcome} {event}",
        baseline=labels.get(test.baseline, test.baseline),
        arm=labels.get(test.arm, test.arm),
        noun=nouns.get(test.grouping, GROUP),
        family=family,
        more=more,
        doubt=soundness.doubt(shown),
        cases=CASE if single else cases(shown.spec.trials),
        counted=many_of(word_of(outcome, shown.spec.event)) if family is Family.BINOMIAL else "",
    )
