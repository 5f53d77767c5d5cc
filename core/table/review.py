"""Findings about a table before any model: what would mislead a fit, found now and said plainly."""

from collections.abc import Iterator

from core.finding import Finding, Status
from core.table.review_cells import constants, id_like, infinities, missing
from core.table.review_groups import group_findings
from core.table.review_outliers import outliers
from core.table.review_pairs import collinear
from core.table.roles import Roles
from core.table.shown import count
from core.table.table import Table


def review_table(table: Table, roles: Roles) -> tuple[Finding, ...]:
    """Returns what a reader should know before a model, gravest first; one GOOD finding when all is sound.

    `roles` says which columns are meant for what; columns without a role are only checked for being ids.
    """
    found = list(_findings(table, roles))
    order = [Status.STOP, Status.LOOK, Status.UNKNOWN, Status.GOOD]
    if not any(finding.status in (Status.STOP, Status.LOOK, Status.UNKNOWN) for finding in found):
        found.append(_sound(table, roles, any(finding.topic == "missing" for finding in found)))
    return tuple(sorted(found, key=lambda finding: order.index(finding.status)))


def _findings(table: Table, roles: Roles) -> Iterator[Finding]:
    yield from infinities(table, roles)
    yield from constants(table, roles)
    yield from group_findings(table, roles)
    yield from missing(table, roles)
    yield from outliers(table, roles)
    yield from collinear(table, roles)
    yield from id_like(table, roles)


def _sound(table: Table, roles: Roles, gaps: bool) -> Finding:
    group = roles.groups[0].column if roles.groups else None
    where = f" in {count(int(table.frame[group].nunique()), 'group')}" if group else ""
    return Finding(
        "sound",
        Status.GOOD,
        f"{count(len(table.frame), 'row')}{where}: no {'' if gaps else 'gaps, '}duplicates, outliers or "
        "constant columns found.",
        numbers={"rows": float(len(table.frame))},
    )
