"""Functions that other packages' formulas have and this grammar has not, with what to write instead."""

from core.errors import did_you_mean, listed
from core.spec.cursor import Cursor
from core.spec.errors import FormulaError
from core.spec.faults import Fault
from core.spec.model import Transform

# What may stand beside the outcome, before ~.
BESIDE = {"trials": "y | trials(n)", "weights": "y | weights(w)"}
FUNCTIONS = tuple(transform.value for transform in Transform)

INSTEAD = {
    "ln": "log(x)",
    "np.log": "log(x)",
    "np.log1p": "log1p(x)",
    "np.sqrt": "sqrt(x)",
    "log10": "the natural logarithm log(x)",
    "log2": "the natural logarithm log(x)",
    "standardize": "scale(x)",
    "standardise": "scale(x)",
    "demean": "center(x), or within(x, store),",
    "cbind": "successes | trials(n) before ~",
}


def _named(names: str, fault: Fault) -> dict[str, Fault]:
    return dict.fromkeys(names.split(), fault)


REFUSED = {
    "I": Fault.SQUARE,
    **dict.fromkeys(BESIDE, Fault.BESIDE_RIGHT),
    "offset": Fault.OFFSET_PRODUCT,
    **dict.fromkeys(INSTEAD, Fault.INSTEAD),
    **_named("poly bs ns cr cc s te ti t2 lo spline splines rcs", Fault.CURVE),
    **_named("as.factor factor C c as.character as.categorical ordered categorical", Fault.CATEGORY),
    **_named("exp abs lag lead diff round floor ceiling min max mean sum cut rank", Fault.ADD_COLUMN),
}


def no_such_function(cursor: Cursor) -> FormulaError:
    """Returns the error for a name before a bracket that is no function of the grammar."""
    token = cursor.now
    name = token.value
    if cursor.bracket()[2]:
        return cursor.error(Fault.NO_SIGN, token, cursor.following, before=name, found="(")
    if name in REFUSED:
        facts: dict[str, str | int] = {"name": name, "example": BESIDE.get(name, "")}
        facts["instead"] = INSTEAD.get(name, "")
        return cursor.error(REFUSED[name], token, token, **facts)
    guess = did_you_mean(name.lower(), FUNCTIONS)
    return cursor.error(Fault.UNKNOWN_FUNCTION, token, name=name, guess=guess, known=listed(FUNCTIONS))
