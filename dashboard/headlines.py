"""The one sentence each page leads with, and how sure it is. Names come in raw and leave escaped."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from core.finding import Finding, Status
from core.result.effects import chain_at_average
from core.result.mains_at_average import mains_at_average
from core.result.nested import nested_covariance, outer_groupings
from dashboard.certainty import direction, interval_of
from dashboard.nouns import Noun
from dashboard.numbers import number, percent
from dashboard.safe import markdown
from dashboard.sentences import NO_PAIRS, amount, in_percent, levels, said, step
from dashboard.wording import logged
from dashboard.wording import term as in_words

SURE = 0.8
ROUNDING = 1e-7
INTERCEPT = "(Intercept)"
IN_FIT = "is worth a look in the first model: see the bar above"
Headline = tuple[str, str]


def named(level: object, noun: Noun, label: Callable[[object], str] | None = None) -> str:
    """Returns one group for a sentence: escaped, and a short name never broken over two lines.

    `label` says what groups within others are called.
    """
    text = markdown((label or noun.label)(level), 40)
    return text.replace(" ", "\u00a0") if len(text) < 24 else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def data(size: str, missing: str, found: Sequence[Finding], questions: int = 0, of_fit: int = 0) -> Headline:
    """Returns the Data page's headline: what is here, and whether it can carry a model.

    `size` says what is here; `missing` what keeps a model from being fitted, empty when one was; `questions`
    counts what the file leaves open, `of_fit` what is worth a look in the model that was fitted.
    """
    stops = sum(finding.status is Status.STOP for finding in found)
    looks = sum(finding.status is Status.LOOK for finding in found)
    if missing:
        return f"{size}. Not ready to model.", markdown(missing, 400)
    if stops:
        return f"{size}. Something must be mended first.", _things(stops, "keeps a model from being trusted")
    if questions:
        return f"{size}. Ready to model once you answer below.", _things(questions, "is open in this file")
    if looks:
        return f"{size}. Ready to model.", _things(looks, "is worth a look before you trust it")
    if of_fit:
        return f"{size}. Ready to model.", f"Nothing stands out in the rows. {_things(of_fit, IN_FIT)}"
    return f"{size}. Ready to model.", "Nothing stands out that would mislead a model."


def _things(count: int, does: str) -> str:
    plural = does.replace("keeps", "keep").replace("is worth", "are worth").replace("is open", "are open")
    return f"One thing {does}." if count == 1 else f"{count} things {plural}."


def spread(fit: Any, group: str, term: str) -> float:
    """Returns the standard deviation between groups of one coefficient; 0 when it does not vary.

    Below a ten-millionth of the residual SD, for a usual swing, it is what rounding leaves of a zero.
    """
    parts = fit.variance_components
    mine = parts[(parts["group"] == group) & (parts["term_1"] == term) & (parts["term_2"] == "")]
    sd = float(mine["sd"].iloc[0]) if len(mine) else 0.0
    columns = fit.linear.moments.columns
    swing = 1.0 if term == INTERCEPT or not sd else float(columns.scale[columns.index(term)])
    return sd if sd * swing > ROUNDING * fit.sigma else 0.0


def whole_spread(fit: Any, group: str, term: str) -> float:
    """Returns `spread` of the groups wherever they lie: of groups within others, those' part included."""
    if not outer_groupings(fit.linear, group):
        return spread(fit, group, term)
    terms = fit.linear.sides[group].problem.random
    if term not in terms:
        return 0.0
    place = terms.index(term)
    return float(max(nested_covariance(fit.linear, group)[place, place], 0.0)) ** 0.5


def model(
    fit: Any,
    outcome: str,
    group: str | None,
    slope: str | None,
    noun: Noun,
    pairs: Mapping[str, tuple[str, str]] = NO_PAIRS,
    yes_no: bool = False,
    shares: Sequence[tuple[Noun, float]] = (),
) -> Headline:
    """Returns the Model page's headline: the effect of the slope in view and how much groups differ in it.

    Where an interaction bends an effect it is read at the average of what it goes with. `shares` are those of
    several groupings in what the predictors leave.
    """
    what, wide = markdown(outcome), interval_of(fit)
    if group is None:
        effects = read_at_average(fit)
        clear = _clearest(effects)
        if clear is None:
            return f"Nothing here clearly moves {what}.", f"Every {wide} holds zero."
        row = effects.loc[clear]
        return (
            f"{_capital(_effect(fit, clear, row, what, pairs, yes_no))}.",
            f"{_sure(fit, row)}{wide} {_bounds(row['low'], row['high'], yes_no)}. "
            "No groups: one line for all rows.",
        )
    icc = fit.icc()
    share = held(shares or [(noun, icc.adjusted)])
    if slope is None or slope not in fit.fixed_effects.index:
        sd = whole_spread(fit, group, INTERCEPT)
        if sd == 0:
            return f"{_capital(noun.many)} do not differ detectably in their baseline {what}.", share
        return f"{_capital(noun.many)} differ by about ± {number(sd, sd / 8)} in baseline {what}.", share
    # Where an interaction bends the slope, at its average.
    row = chain_at_average(fit.linear.sides[group], fit.level).loc[slope]
    sd = whole_spread(fit, group, slope)
    effect = _effect(fit, slope, row, what, pairs, yes_no)
    certainty = f"{_sure(fit, row)}{wide} of the average {_bounds(row['low'], row['high'], yes_no)}. {share}"
    if sd == 0:
        return f"{_capital(effect)}, and no {noun.one} can be told from the others.", certainty
    low, high = row["estimate"] - 1.96 * sd, row["estimate"] + 1.96 * sd
    between = _bounds(low, high, yes_no, row["std_error"]).replace(" to ", " and ")
    return f"{_capital(effect)}; most {noun.many} lie between about {between}.", certainty


def held(shares: Sequence[tuple[Noun, float]]) -> str:
    """Returns what each grouping holds of the variation that the predictors leave, as a sentence."""
    (first, share), *others = shares
    more = "".join(f", {noun.many} {percent(part)}" for noun, part in others)
    return f"{_capital(first.many)} hold {percent(share)}{more} of the variation that the predictors leave."


def read_at_average(fit: Any) -> pd.DataFrame:
    """Returns the fixed effects; those that an interaction bends at the average of what they go with."""
    effects, bent = fit.fixed_effects.copy(), mains_at_average(fit.linear.lead, fit.level)
    effects.loc[bent.index] = bent[effects.columns]
    return effects


def _bounds(low: float, high: float, yes_no: bool, error: float = 0.0) -> str:
    """Returns both ends, no finer than `error`, the standard error of their middle."""
    times, spread = 100 if yes_no else 1, max(error, (high - low) / 4)
    ends = " to ".join(number(times * end, times * spread) for end in (low, high))
    return f"{ends} points" if yes_no else ends


def _sure(fit: Any, row: pd.Series) -> str:
    """How sure a posterior is of an effect's sign, to stand before its interval; nothing of REML and ML."""
    return f"{_capital(direction(row))}; " if fit.posterior else ""


def _effect(
    fit: Any, term: str, row: pd.Series, outcome: str, pairs: Mapping[str, tuple[str, str]], yes_no: bool
) -> str:
    if row["low"] <= 0 <= row["high"]:
        if fit.posterior:
            return f"{markdown(step(term, pairs, levels(fit)))} may go with more or less {outcome}"
        return f"{markdown(said(term))} cannot be told from no effect on {outcome}"
    change = markdown(step(term, pairs, levels(fit)))
    much = amount(row["estimate"], row["std_error"], yes_no)
    also = "" if yes_no else in_percent(row["estimate"], row["std_error"], outcome)
    return f"{change} goes with {much} {outcome}{also}"


def _clearest(effects: pd.DataFrame) -> str | None:
    tested = effects.drop(index=INTERCEPT, errors="ignore")
    tested = tested[(tested["low"] > 0) | (tested["high"] < 0)]
    return None if tested.empty else str(tested["statistic"].abs().idxmax())


def coefficients(effects: pd.DataFrame, outcome: str, noun: Noun, least: str = "") -> str:
    """Returns the title of the coefficient chart: which predictors the data can tell from nothing.

    `least` is how sure a posterior at least is of those (`certainty.least`); empty of REML and ML.
    """
    tested = effects.drop(index=INTERCEPT, errors="ignore")
    lost = [markdown(in_words(t)) for t, r in tested.iterrows() if r["low"] <= 0 <= r["high"]]
    if not len(tested):
        return "No predictors in this model"
    if not lost:
        who = {1: "The predictor", 2: "Both predictors"}.get(len(tested), f"All {len(tested)} predictors")
        return f"{who}: {least} of the direction" if least else f"{who} can be told from nothing"
    if least and len(lost) == len(tested):
        return f"Every effect on {markdown(outcome)} may lie on either side of zero"
    if least:
        return _capital(_joined(lost, 3)) + " may lie on either side of zero"
    if len(lost) == len(tested):
        return f"No predictor's effect on {markdown(outcome)} can be told from zero"
    return _capital(_joined(lost, 3)) + " cannot be told from nothing"


def _joined(names: Sequence[str], most: int) -> str:
    if len(names) == 1:
        return names[0]
    if len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return ", ".join(names[:-1]) + " and " + names[-1]


def surely(shares: pd.Series) -> pd.Series:
    """Returns which shares are sure, decided on the whole percent that readers see."""
    return (100 * shares).round() >= 100 * SURE


def groups(
    table: pd.DataFrame,
    term: str,
    sd: float,
    middle: float,
    clear: int,
    noun: Noun,
    label: Callable[[object], str] | None = None,
    least: str = "",
    write: Callable[[float, float], str] = number,
    what: str = "",
    compared: str = "",
) -> Headline:
    """Returns the Groups page's headline: who is highest and who is lowest, and how many are clearly so.

    `clear` counts the groups whose distance from the average is no chance; `least` is how sure a posterior
    at least is of those (`certainty.least`), empty of REML and ML; `write` says how figures are written,
    `what` what baselines are where they have another name, `compared` what a category's slope compares.
    """
    name, doubled = markdown(compared or logged(term) or in_words(term)), logged(term) is not None
    base = markdown(what) or "baseline"
    if sd == 0:
        return (
            f"No detectable differences in {_response(term, name, compared)} between {noun.many}.",
            "Their variance is estimated as zero, or next to it: use one number for all.",
        )
    top, bottom = table[term].idxmax(), table[term].idxmin()
    first, last = (
        (named(at, noun, label), write(table.loc[at, term], table.loc[at, f"{term}_se"]))
        for at in (top, bottom)
    )
    if clear == 0 and table.loc[top, f"{term}_low"] > table.loc[bottom, f"{term}_high"]:
        of = base if term == INTERCEPT else f"effect of {name}"
        return (
            f"{first[0]} has the highest {of} ({first[1]}), {last[0]} the lowest ({last[1]}).",
            f"These two can be told apart; where the average of all {noun.many} lies is known too poorly to "
            "tell any one from it.",
        )
    if clear == 0:
        return (
            f"No {noun.one} {_told(1, least)} in {_response(term, name, compared)}.",
            f"The highest estimate is {first[0]} ({first[1]}), the lowest {last[0]} ({last[1]}): "
            "on these rows either may be like the rest.",
        )
    if doubled:
        first = (first[0], f"{first[1]} per doubling")
    rest = len(table) - clear
    certainty = f"{clear} of {noun.count(len(table))} {_told(clear, least)}" + (
        f"; the other {rest:,} may be like it." if rest else "."
    )
    if term == INTERCEPT:
        return (
            f"{first[0]} has the highest {base} ({first[1]}), {last[0]} the lowest ({last[1]}).",
            certainty,
        )
    if middle < 0 or compared:
        what = f"has the highest effect of {name}"
        return f"{first[0]} {what} ({first[1]}), {last[0]} the lowest ({last[1]}).", certainty
    return f"{first[0]} responds most to {name} ({first[1]}), {last[0]} least ({last[1]}).", certainty


def _told(count: int, least: str) -> str:
    return (
        f"{_is(count)} {least} to lie above or below the average" if least else "can be told from the average"
    )


def _response(term: str, name: str, compared: str = "") -> str:
    if compared:
        return f"the effect of {name}"
    return "baseline" if term == INTERCEPT else f"response to {name}"


def correlation(value: float | None, singular: bool, noun: Noun) -> str:
    """Returns the correlation of baseline and response in words."""
    if value is None or value != value:
        return "The model does not relate baseline and response."
    if abs(value) > 0.995:
        return (
            f"The correlation sits at its limit ({number(value)}): these data cannot tell baseline and "
            "response apart. Do not read a relation into it."
        )
    size = (
        "hardly related"
        if abs(value) < 0.15
        else "weakly related"
        if abs(value) < 0.4
        else "related"
        if abs(value) < 0.7
        else "strongly related"
    )
    tail = " The fit is at a boundary, so take it as a guess." if singular else ""
    return f"Baseline and response are {size} (correlation {number(value, 0.02)}).{tail}"


def pair(value: float | None, one: str, other: str, noun: Noun) -> str:
    """Returns how two kinds of difference go together: "Stores high in baseline are high in youtube (0.80)".

    Names come in raw. No full stop: it also serves as a title.
    """
    first, second = markdown(one), markdown(other)
    if value is None or value != value:
        return f"{_capital(first)} and {second} are not related by the model"
    many, said = _capital(noun.many), number(value, 0.02)
    if abs(value) < 0.15:
        return f"{_capital(first)} and {second} are hardly related between {noun.many} ({said})"
    often = "mostly " if abs(value) >= 0.7 else "often " if abs(value) >= 0.4 else "somewhat more often "
    return f"{many} high in {first} are {often}{'high' if value > 0 else 'low'} in {second} ({said})"


def tiers(
    table: pd.DataFrame,
    term: str,
    count: int,
    noun: Noun,
    middle: float = 0.0,
    unplaced: Collection[str] = (),
    what: str = "",
    label: Callable[[object], str] | None = None,
    compared: str = "",
) -> Headline:
    """Returns the Tiers page's headline: how many groups are surely in the first and in the last tier.

    Below zero on average (`middle`) the first tier does not respond more: its effect is the higher one, as
    that of a category, `compared` with another, always is. `unplaced` are groups whose own rows cannot place
    them; they count as unsure. `what` is the mean that ranks groups where that is no response.
    """
    name = markdown(compared or logged(term) or in_words(term))
    known, responds = table.drop(index=list(unplaced)), middle >= 0 and not compared
    if what:
        return _by_mean(table, known, markdown(what), count, noun, label)
    first = int(surely(known["p_tier_1"]).sum())
    last = int(surely(known[f"p_tier_{count}"]).sum())
    rest = len(table) - first - last
    if first + last == 0:
        return (
            f"No {noun.one} is surely among the most or least responsive to {name}."
            if responds
            else f"No {noun.one} surely has one of the highest or lowest effects of {name}.",
            f"All {len(table):,} could change places on these rows. Treat their order as a guess.",
        )
    sizes = [int((table["tier"] == tier).sum()) for tier in (1, count)]
    if not responds:
        most = "the highest effect" if sizes[0] == 1 else f"one of the {sizes[0]:,} highest effects"
        less = "the lowest" if sizes[1] == 1 else f"one of the {sizes[1]:,} lowest"
        has = "has" if first < 2 else "have"
        who = noun.count(first) if first else f"No {noun.one}"
        if first and compared and sizes[0] == 1:
            who = named(table.index[table["tier"] == 1][0], noun, label)
        lead = f"{who} surely {has} {most} of {name}"
    else:
        one, other = sizes[0] == 1, sizes[1] == 1
        most = f"surely {'the' if one else f'among the {sizes[0]:,}'} most responsive to {name}"
        less = "the least" if other else f"among the {sizes[1]:,} least"
        lead = f"{noun.count(first)} {_is(first)} {most}" if first else f"No {noun.one} is {most}"
    bottom: object = last
    if last and compared and sizes[1] == 1:
        bottom = named(table.index[table["tier"] == count][0], noun, label)
    tail = f"; {bottom} {less}" if first and last else f"; {bottom} surely {less}" if last else ""
    certainty = "“Surely” means a chance of at least 80 %." + (
        f" The other {rest:,} could change places: treat their order as a guess." if rest else ""
    )
    return f"{lead}{tail}.", certainty


def _by_mean(
    table: pd.DataFrame,
    known: pd.DataFrame,
    what: str,
    count: int,
    noun: Noun,
    label: Callable[[object], str] | None,
) -> Headline:
    """The headline of tiers by probability, rate or amount itself; `known` are groups that can be placed."""
    first, last = (int(surely(known[f"p_tier_{tier}"]).sum()) for tier in (1, count))
    own = sum(int(surely(mine[f"p_tier_{tier}"]).sum()) for tier, mine in known.groupby("tier"))
    rest = len(table) - own
    certainty = "“Surely” means a chance of at least 80 %." + (
        f" {rest:,} of {noun.count(len(table))} could change places: treat their order as a guess."
        if rest
        else ""
    )
    if first + last == 0:
        return f"No {noun.one} is surely among those with the highest or lowest {what}.", certainty
    sizes = [int((table["tier"] == tier).sum()) for tier in (1, count)]
    ways = (f"the highest {what}", "the lowest") if first else ("", f"the lowest {what}")
    ends = []
    for tier, sure, size, way in zip((1, count), (first, last), sizes, ways, strict=True):
        if sure and size == 1:
            level = table.index[table["tier"] == tier][0]
            ends.append(f"{named(level, noun, label)} surely has {way}")
        elif sure:
            ends.append(f"{noun.count(sure)} {_is(sure)} surely among the {size:,} with {way}")
    return f"{'; '.join(ends)}.", certainty


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def alt(what: str, facts: Mapping[str, object]) -> str:
    """Returns the text alternative of a chart from a few plain facts."""
    return what + ". " + "; ".join(f"{name} {value}" for name, value in facts.items()) if facts else what


def calendar(
    gaps: float, least: object, rows: int, joined: int, every: int, groups: Noun, periods: Noun
) -> Headline:
    """Returns the title of the calendar: how much is empty, and who has least."""
    across = f"per {joined} {periods.many}" if joined > 1 else f"per {periods.one}"
    drawn = f"one row per {groups.one}, one column {across}; empty: no rows, darker: more rows"
    if every > 1:
        drawn += f"; one {groups.one} in {every} is drawn"
    if gaps == 0:
        return f"Every {groups.one} has rows in every {periods.one}", drawn
    few = f"{rows:,} row" if rows == 1 else f"{rows:,} rows"
    return f"{percent(gaps)} of the calendar is empty; {named(least, groups)} has only {few}", drawn


def within(shares: pd.Series, noun: Noun) -> Headline:
    """Returns the title of the within-share chart: which predictor teaches least about its slope."""
    least, share = str(shares.idxmin()), float(shares.min())
    drawn = (
        f"share of each predictor's variation within {noun.many}; "
        f"only that part teaches how {noun.a_one} responds"
    )
    if share < 0.5:
        return f"{markdown(least)} varies mostly between {noun.many}: {percent(1 - share)} of it", drawn
    return f"Every predictor varies mostly within {noun.many}", drawn
