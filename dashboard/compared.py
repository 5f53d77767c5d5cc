"""Two models in words: does the larger one earn its parameters, and how sure is that."""

from core.result.compare import Comparison
from dashboard.numbers import number

SURE, DOUBT = 0.01, 0.05
CLOSE = 2.0  # a difference in AIC under this says little (Burnham, Anderson 2002, section 2.6)
Row = dict[str, object]


def title(found: Comparison, larger: str, smaller: str) -> str:
    """Returns the verdict as a sentence without a full stop. Names leave as they came.

    `larger` and `smaller` say which is which for the reader: "the one in use", "model 2".
    """
    big, small = found.table.iloc[1], found.table.iloc[0]
    aic = float(small["aic"] - big["aic"])
    if not found.nested or big["parameters"] == small["parameters"]:
        if abs(aic) < CLOSE:
            return f"Neither is clearly better: AIC differs by {number(abs(aic), 0.2)}"
        first = larger if aic > 0 else smaller
        return f"{_capital(first)} fits better for its size: AIC lower by {number(abs(aic), 0.2)}"
    p = chance(found)
    if p < SURE:
        return f"{_capital(larger)} earns what it has more: chance alone would hardly do that ({_p(p)})"
    if p < DOUBT:
        return f"{_capital(larger)} probably earns what it has more ({_p(p)})"
    return f"{_capital(smaller)} says as much with less: what the other has more may be chance ({_p(p)})"


def chance(found: Comparison) -> float:
    """Returns the p-value to act on: the mixture's where one variance is new, else the chi-square's."""
    row = found.table.iloc[1]
    return float(row["p_value"] if row["p_boundary"] != row["p_boundary"] else row["p_boundary"])


def how(found: Comparison) -> str:
    """Returns how the verdict was reached, in one line."""
    row = found.table.iloc[1]
    fitted = "both fitted again by maximum likelihood"
    if not found.nested:
        return f"{fitted}; neither is a special case of the other, so there is no test, only AIC and BIC"
    if row["df"] != row["df"]:
        return f"{fitted}; both have the same number of parameters, so there is no test"
    said = f"{fitted}; likelihood ratio {number(row['chi_square'], 0.2)} on {row['df']:.0f}"
    if found.new_variances == 1:
        return (
            f"{said}: {_p(row['p_value'])} by the plain chi-square, {_p(row['p_boundary'])} by the "
            "half-and-half mixture that a new variance, which cannot be below zero, calls for"
        )
    if found.new_variances:
        return f"{said}; with {found.new_variances} new variances {_p(row['p_value'])} is the most it can be"
    return said


def rows(found: Comparison, names: dict[str, str]) -> list[Row]:
    """Returns both models, the smaller first; `names` by formula."""
    return [
        {
            "": names.get(str(formula), ""),
            "parameters": int(row["parameters"]),
            "log-likelihood": float(row["log_likelihood"]),
            "AIC": float(row["aic"]),
            "BIC": float(row["bic"]),
            "model": str(formula),
        }
        for formula, row in found.table.iterrows()
    ]


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {number(value, 0.002 if value < 0.1 else 0.02)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
