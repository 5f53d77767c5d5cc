"""The fixed side and the varying side of a model must mean the same by a predictor."""

from core.design.coding import label
from core.errors import PanelwiseError
from core.spec.model import ModelSpec, expand


class WrittenTwoWays(PanelwiseError):
    """A predictor varies by group in one form and has its chain-wide effect in another."""

    def __init__(self, fixed: str, varying: str) -> None:
        super().__init__(
            f"The response of all is to '{fixed}' and that of the groups to '{varying}', so one cannot be "
            f"added to the other. Write the predictor the same way in both places: '{fixed}' or '{varying}'."
        )


def check_sides(spec: ModelSpec) -> None:
    """Raises WrittenTwoWays for `y ~ center(x) + (1 + x | g)` and the like."""
    fixed = {frozenset(one): one for one in expand(spec.fixed)}
    for part in spec.random:
        for one in expand(part.terms):
            columns = {v.column for v in one}
            if frozenset(one) in fixed:
                continue
            for other in fixed.values():
                if {v.column for v in other} == columns:
                    raise WrittenTwoWays(":".join(map(label, other)), ":".join(map(label, one)))
