"""The parts of a formula as text, in the one canonical spelling."""

from core.spec.model import Fixed, Interaction, ModelSpec, Random, Variable
from core.spec.token import is_plain


def write_name(column: str) -> str:
    """Returns the column name as a formula writes it: in backticks only where needed."""
    return column if is_plain(column) else f"`{column.replace('`', '``')}`"


def write_variable(variable: Variable) -> str:
    """Returns the column inside its functions, such as center(log(x))."""
    text = write_name(variable.column)
    for step in variable.steps:
        group = f", {write_name(step.group)}" if step.group is not None else ""
        text = f"{step.transform.value}({text}{group})"
    return text


def write_interaction(interaction: Interaction) -> str:
    """Returns variables joined by `:`; 1 for the intercept."""
    return ":".join(write_variable(variable) for variable in interaction) or "1"


def write_term(term: Fixed) -> str:
    """Returns the interactions of one term joined by `*`."""
    return "*".join(write_interaction(part) for part in term.parts)


def write_random(part: Random) -> str:
    """Returns one random part, its intercept always said: (1 + x | g) or (0 + x | g)."""
    terms = [str(int(part.intercept)), *map(write_term, part.terms)]
    group = ("/" if part.nested else ":").join(map(write_name, part.group))
    return f"({' + '.join(terms)} {'|' if part.correlated else '||'} {group})"


def write_model(spec: ModelSpec) -> str:
    """Returns the whole formula; the intercept is said only when absent or when no fixed term is there."""
    beside = {"trials": spec.trials, "weights": spec.weights}
    after = [f"{word}({write_name(column)})" for word, column in beside.items() if column is not None]
    intercept = ["0"] if not spec.intercept else [] if spec.fixed else ["1"]
    offsets = [f"offset({write_variable(variable)})" for variable in spec.offsets]
    terms = [*intercept, *map(write_term, spec.fixed), *offsets, *map(write_random, spec.random)]
    left = write_variable(spec.outcome) + (f" | {' + '.join(after)}" if after else "")
    return f"{left} ~ {' + '.join(terms)}"
