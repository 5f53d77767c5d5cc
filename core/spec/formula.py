"""Formulas from text to model values and back. The text is only read: nothing in it is run or looked up."""

from core.spec.cursor import Cursor
from core.spec.errors import EventUnused, UnknownFamily, UnknownLink, UnwritableSpec
from core.spec.grammar import read_sum
from core.spec.model import LINKS, Family, Link, ModelSpec
from core.spec.outcome import read_outcome
from core.spec.rules import check_count, check_effects_once, check_length, check_outcome_alone, check_signs
from core.spec.stray import stray_sign
from core.spec.token import TokenKind, tokenise
from core.spec.write import write_model


def parse_formula(
    text: str,
    family: str | Family = Family.GAUSSIAN,
    *,
    link: str | Link | None = None,
    event: str | None = None,
) -> ModelSpec:
    """Returns the model that a formula such as `sales ~ price + (1 + price | store)` describes.

    The notation is lme4's (Bates et al. 2015, section 2.2): + : * and `- 1`, random parts in brackets, and
    the functions of `Transform`; `offset(z)` adds z as it is; before ~ may stand `| trials(n)` and
    `| weights(w)`, joined by + (as in brms: Buerkner 2017, J. Stat. Softw. 80(1)). Column names with other
    signs than letters, digits, _ and . go in backticks.
    Order is kept as written, `a*b` included. At most 10,000 characters and 500 terms are read. Family, `link`
    and `event` (the value of a two-valued outcome that counts as yes) stand beside the text.
    Raises FormulaError with the place of the fault, UnknownFamily, UnknownLink, EventUnused.
    """
    kind = _family(family)
    joined = _link(kind, link)
    if event is not None and kind is not Family.BINOMIAL:
        raise EventUnused(kind)
    check_length(text)
    tokens = tokenise(text)
    check_signs(text, tokens)
    cursor = Cursor(text, tokens)
    outcome, beside = read_outcome(cursor, kind)
    right = read_sum(cursor)
    if cursor.now.kind is not TokenKind.END:
        raise stray_sign(cursor)
    random = tuple(part.value for part in right.random)
    check_count(text, (*right.terms, *(term for part in random for term in part.terms)))
    check_outcome_alone(text, outcome.column, tokens)
    check_effects_once(text, right.random)
    return ModelSpec(
        outcome,
        right.terms,
        random,
        right.intercept is not False,
        kind,
        trials=beside.get("trials"),
        weights=beside.get("weights"),
        offsets=right.offsets,
        link=joined,
        event=event,
    )


def write_formula(spec: ModelSpec) -> str:
    """Returns the formula that `parse_formula` reads back to exactly this value.

    There is one spelling per model: spaces around + and |, none around : * /, `0 +` first when there is no
    intercept, backticks only where needed. Family, link and event are not part of the text.
    Raises FormulaError or UnwritableSpec for a value built by hand that no formula stands for.
    """
    text = write_model(spec)
    if parse_formula(text, spec.family, link=spec.link, event=spec.event) != spec:
        raise UnwritableSpec(text)
    return text


def _family(family: str | Family) -> Family:
    if family not in list(Family):
        raise UnknownFamily(str(family))
    return Family(family)


def _link(family: Family, link: str | Link | None) -> Link | None:
    if link is None:
        return None
    if link not in list(LINKS[family]):
        raise UnknownLink(family, str(link))
    return Link(link)
