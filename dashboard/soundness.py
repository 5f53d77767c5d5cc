"""Whether the fit on the screen is sound: what core found about it, and what its outcome asks of readers."""

from core.finding import Finding, Status
from core.result.review_between import review_between
from core.result.review_held import review_held
from core.spec.change import view
from core.spec.model import Family
from core.table.table import Kind, Table
from dashboard import families, naming, panel, simpson_words, state, wording
from dashboard.nouns import Noun
from dashboard.state import Shown

FEW_DRAWS = 100
DOUBTED = 2.0  # times as much variation as the model explains from which its figures are in doubt


def findings(shown: Shown) -> list[Finding]:
    """Returns what a reader should know before using the fit."""
    return [*outcome(shown), *uneven(shown), *together(shown), *between(shown), *of_fit(shown)]


def of_fit(shown: Shown) -> list[Finding]:
    """Returns what core found about the fit, asked once: judging draws at every click would be felt."""
    return state.kept(
        ("findings", *shown.key),
        lambda: [simpson_words.in_words(shown, finding) for finding in shown.fit.findings()],
    )


def doubt(shown: Shown) -> str:
    """Returns why no figure of the fit is as sure as it says: rows vary far more than it explains; else
    nothing.
    """
    ratio = _times_too_much(shown)
    return wording.DOUBT.format(ratio=ratio) if ratio else ""


def _times_too_much(shown: Shown) -> str:
    """How many times as much as the model explains its rows vary; empty where that leaves no doubt."""
    for finding in of_fit(shown):
        ratio = finding.numbers.get("ratio", 0.0)
        if finding.topic == "overdispersion" and finding.status is Status.LOOK and ratio > DOUBTED:
            return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
    return ""


def doubted(said: tuple[str, str], shown: Shown) -> tuple[str, str]:
    """Returns a headline and how sure it is with the doubt of the fit, where there is any."""
    why = doubt(shown)
    if not why:
        return said
    return f"{said[0].removesuffix('.')}, as this model stands.", f"{why} {said[1]}"


def titled(finding: str, drawn: str, shown: Shown) -> tuple[str, str]:
    """Returns a chart's title and what is drawn with the doubt of the fit, where there is any."""
    ratio = _times_too_much(shown)
    if not ratio:
        return finding, drawn
    return (
        wording.DOUBTED_TITLE.format(finding=finding),
        wording.DOUBTED_DRAWN.format(ratio=ratio, drawn=drawn),
    )


def between(shown: Shown) -> list[Finding]:
    """Returns which predictors differ mostly between groups, so that their slope mixes two questions."""
    return state.kept(
        ("between", *shown.key, naming.picked_group()), lambda: review_between(naming.picked_side(shown))
    )


def together(shown: Shown) -> list[Finding]:
    """Returns what the review of the table found about predictors of this model that move together."""
    if view(shown.spec) != state.current().picks:
        return []
    return [finding for finding in panel.findings() if finding.topic == "collinear"]


def reading(shown: Shown, by: str) -> list[Finding]:
    """Returns at which value of its partners a slope that an interaction bends is compared between groups."""
    return state.kept(("reading", *shown.key, by), lambda: review_held(shown.fit.linear.sides[by]))


def few_groups(shown: Shown, by: str) -> list[Finding]:
    """Returns that so few groups differ by an amount known poorly, which any ranking of them rests on."""
    return [f for f in of_fit(shown) if f.topic == "few_groups" and f.about == by]


def boundary(shown: Shown, by: str) -> list[Finding]:
    """Returns that differences between groups of a generalised model sit at their limit; else nothing."""
    if not families.generalised(shown.spec):
        return []
    return [f for f in of_fit(shown) if f.topic == "singular" and f.about == by]


def outcome(shown: Shown) -> list[Finding]:
    """Returns how to read the coefficients of a yes/no outcome; nothing for numbers."""
    table, name = state.current().table, shown.spec.outcome.column
    if families.generalised(shown.spec):
        return []
    if table is None or name not in table.names or table.column(name).kind is not Kind.YES_NO:
        return []
    return [Finding("yes_no_outcome", Status.LOOK, wording.YES_NO_OUTCOME, wording.YES_NO_ADVICE)]


def counted_over(shown: Shown) -> str:
    """Returns the column of visits or the like that a count never exceeds and the model leaves out; else ''.

    Rows then count different numbers of visits, which nothing in the model knows.
    """
    table, spec = state.current().table, shown.spec
    column = spec.outcome.column
    if table is None or column not in table.names or spec.family is Family.BINOMIAL or spec.outcome.steps:
        return ""
    found = state.kept(("out of", shown.digest, column), lambda: _uneven_over(table, column))
    view_ = view(spec)
    used = {view_.group, spec.weights, *view_.predictors, *(v.column for v in spec.offsets)}
    return "" if found in used else found


def _uneven_over(table: Table, column: str) -> str:
    found = families.out_of(table, column)
    return found if found is not None and table.frame[found].nunique() > 1 else ""


def uneven(shown: Shown) -> list[Finding]:
    """Returns that rows count out of different numbers of something, which the model does not know."""
    over = counted_over(shown)
    if not over:
        return []
    message = wording.UNEVEN.format(over=over, outcome=shown.spec.outcome.column)
    return [Finding("uneven_rows", Status.LOOK, message, wording.UNEVEN_ADVICE.format(over=over))]


def ranking(draws: float, noun: Noun) -> list[Finding]:
    """Returns what to know of chances that rest on few independent draws; nothing when they are many."""
    if draws <= 0 or draws >= FEW_DRAWS:
        return []
    message = wording.FEW_DRAWS.format(draws=f"{draws:.0f}", many=noun.many)
    wide = round(196 * (0.8 * 0.2 / draws) ** 0.5)  # two errors of a share of 0.8, in points
    advice = wording.FEW_DRAWS_ADVICE.format(low=max(80 - wide, 0), high=min(80 + wide, 100))
    return [Finding("few_draws", Status.LOOK, message, advice, {"draws": draws})]


def barred(shown: Shown) -> list[Finding]:
    """Returns what forbids using any figure of the fit; mostly nothing."""
    return [finding for finding in of_fit(shown) if finding.status is Status.STOP]


def looks(shown: Shown) -> int:
    """Returns how many findings of the fit ask for more than a nod."""
    return sum(finding.status is not Status.GOOD for finding in findings(shown))
