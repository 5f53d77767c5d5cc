"""Models that core fits and the pages do not show yet."""

from core.errors import PanelwiseError
from core.spec.model import ModelSpec, groupings


class OneGroupingOnly(PanelwiseError):
    """Several groupings at once."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"Groups by {' and '.join(names)} together cannot be shown on these pages. Keep one grouping."
        )


def check_shown(spec: ModelSpec) -> None:
    """Raises OneGroupingOnly."""
    names = list(dict.fromkeys(":".join(group) for part in spec.random for group in groupings(part)))
    if len(names) > 1:
        raise OneGroupingOnly(names)
