"""The words of the What-if page. Names come in raw and leave escaped; findings escape theirs when shown."""

from collections.abc import Callable, Sequence
from typing import Any

from core.decide.extrapolation import Beyond as Outside
from core.decide.extrapolation import Flag
from core.finding import Finding, Status
from dashboard import families, naming
from dashboard.nouns import Noun
from dashboard.numbers import MINUS, interval, number, percent, width
from dashboard.outlook import Outlook
from dashboard.planning import ALL, TIER, Beyond, Cell, Move, Part
from dashboard.safe import markdown, one_line
from dashboard.scale import COUNTED, doing, scale
from dashboard.state import Shown

Headline = tuple[str, str]
NAMED = 3
CASES = "cases of "
TODAY = "This plan is today's spend, so nothing changes."
TODAY_MORE = "Make a quick move, or type what each of them is to spend."
BARRED = "{sentence}, by a model that must not be used yet."
PERIODS = "Over"
MARGIN = "Margin"
MARGIN_HELP = (
    "What one {unit} more earns before the spend counted here. Without it there is no profit; the "
    "page then says from which margin the plan pays."
)
COST = "Cost of one unit of {name}"
COST_HELP = "1 where the amounts are money already; 0 where a change costs nothing."
BEYOND = "Amounts never spent"
BEYONDS = {Beyond.FLAG: "flag", Beyond.WIDEN: "widen", Beyond.REFUSE: "refuse"}
BEYOND_HELP = (
    "Nobody knows how responses go on where nobody has spent yet. Flag: say so. Widen: also stretch the "
    "intervals, doubled at one own range beyond. Refuse: no figures for plans with amounts that nobody in "
    "this table has spent."
)
CHANNELS = "Columns to plan"
CHANNELS_HELP = "Amounts that the model responds to; spend columns unless you add others."
UNIT = {False: "amounts", True: "percent"}
TYPED_HELP = (
    "Amounts a period; percent: how much more than today's. An emptied cell goes back to today's. Cells can "
    "be pasted from a spreadsheet."
)
KINDS = {"more": "More or less", "move": "Move"}
SIMULTANEOUS = (
    "From {n:,} joint draws of all responses: intervals of sums are those of the sums, not sums of intervals."
)


def what(shown: Shown) -> str:
    """Returns what is counted in a change of the outcome: 'sales', 'cases of converted'. Not escaped."""
    column = shown.spec.outcome.column
    if families.generalised(shown.spec):
        says = scale(shown.spec)
        if not says.yes_no or says.word.lower() in COUNTED:
            return says.word
        return f"{CASES}{says.doing}"
    return f"{CASES}{doing(column)}" if naming.yes_no(shown) else column


def unit(shown: Shown) -> str:
    """Returns one of what is counted: 'unit of sales', 'case of buying'; escaped."""
    said = what(shown)
    return markdown(
        f"case of {said.removeprefix(CASES)}" if said.startswith(CASES) else f"unit of {said}", 40
    )


def part(one: Part, count: int, label: Callable[[str], str] | None = None) -> str:
    """Returns some of the groups in a sentence: 'tier 1', 'North'. `count` is that of tiers. Not escaped."""
    if one == ALL:
        return "everywhere"
    if one.kind == TIER:
        ends = {"1": "tier 1 (best)", str(count): f"tier {count} (last)"}
        return ends.get(one.name, f"tier {one.name}")
    return f"{one.kind} {one.name}" if one.name.isdigit() else one.name


def short(one: Part) -> str:
    """Returns some of the groups in few words. Not escaped."""
    return f"tier {one.name}" if one.kind == TIER else part(one, 0)


def move(made: Move) -> str:
    """Returns a quick move as what a sentence begins with; names escaped."""
    name = markdown(made.channel, 40)
    much = f"{abs(made.percent):g}"
    if made.to is not None:
        source = "" if made.source == ALL else f" from {markdown(short(made.source), 40)}"
        return f"Moving {much} % of {name}{source} to {markdown(short(made.to), 40)}"
    where = short(made.source) if made.source == ALL else f"in {short(made.source)}"
    return f"{much} % {'more' if made.percent > 0 else 'less'} {name} {markdown(where, 40)}"


def name(made: Move) -> str:
    """Returns what a plan of one quick move is called. Not escaped."""
    if made.to is not None:
        source = "" if made.source == ALL else f"{short(made.source)} "
        return f"{made.percent:g} % {one_line(made.channel, 40)}: {source}→ {short(made.to)}"
    return f"{made.percent:+g} % {one_line(made.channel, 40)} {short(made.source)}".replace("-", MINUS)


def over(periods: int, one: Noun) -> str:
    """Returns the horizon: 'over 8 weeks'."""
    return f"over {one.count(periods)}"


def sure(chance: float) -> str:
    """Returns how sure a gain is, or a loss: '97 % sure it is a gain'."""
    if 0.45 < chance < 0.55:
        return "as likely a loss as a gain"
    side, way = (chance, "gain") if chance > 0.5 else (1.0 - chance, "loss")
    return f"{chance_of(side)} sure it is a {way}"


def chance_of(share: float) -> str:
    """Returns a share of draws: no number of draws makes anything certain."""
    return percent(min(max(share, 0.0001), 0.9999))


def headline(
    found: Outlook, made: Move | None, said: str, horizon: str, level: float, earns: bool = False
) -> Headline:
    """Returns what a plan brings and how sure that is; of a plan that `earns`, since its margin was said, in
    profit. `said` is what is counted, not escaped.
    """
    if not found.plan.moved.any():
        return TODAY, TODAY_MORE
    row, name = found.total.loc["response"], markdown(said, 40)
    who = move(made) if made is not None else "This plan"
    much = number(row["mean"], (row["high"] - row["low"]) / 4, signed=True)
    if row["low"] == row["high"] == 0 and not (earns and found.cost):
        return f"{who} changes nothing in {name} in total.", "What some gain the others give up."
    if earns:
        return _earned(found.total.loc["profit"], f"{who} {{does}} {horizon}", f"{much} {name}", level)
    wide = f"{width(level)} interval {interval(row['low'], row['high'])}"
    if row["low"] > 0:
        first = f"{who} brings {much} {name} {horizon}."
    elif row["high"] < 0:
        first = f"{who} loses {number(-row['mean'], (row['high'] - row['low']) / 4)} {name} {horizon}."
    else:
        first = f"{who} cannot be told from no change in {name} {horizon}."
        wide = f"Expected {much}, {wide}"
    return first, f"{wide}; {sure(float(row['p_positive']))}."


def _earned(row: Any, sentence: str, brings: str, level: float) -> Headline:
    """The headline of a plan whose margin was said: profit first, with what it brings beside it."""
    spread = (row["high"] - row["low"]) / 4
    wide = f"{width(level)} interval {interval(row['low'], row['high'])}; {sure(float(row['p_positive']))}."
    if row["low"] > 0:
        does = f"earns {number(row['mean'], spread, signed=True)}"
    elif row["high"] < 0:
        does = f"loses {number(-row['mean'], spread)}"
    else:
        does = "cannot be told to earn or to lose"
        wide = f"Expected profit {number(row['mean'], spread, signed=True)}, {wide}"
    return f"{sentence.format(does=does)}, with {brings}.", wide


def costs(cost: float, found: Outlook, over: str) -> str:
    """Returns what the cost of a plan means in few words."""
    if cost:
        return f"{'more' if cost > 0 else 'less'} than today, {over}"
    moving = found.plan.moved.any(axis=0)
    paid = any(price > 0 for price, moves in zip(found.money.costs, moving, strict=True) if moves)
    return "the total stays" if paid else "what moves here has no price"


def unplaced(names: Sequence[str]) -> str:
    """Returns which groups are in no tier, escaped; nothing without any."""
    if not names:
        return ""
    listed = ", ".join(markdown(name, 30) for name in names[: 2 * NAMED])
    more = f" and {len(names) - 2 * NAMED:,} more" if len(names) > 2 * NAMED else ""
    is_are, rows = ("is", "its own rows") if len(names) == 1 else ("are", "their own rows")
    return f"{listed}{more} {is_are} in no tier: {rows} cannot place {'it' if len(names) == 1 else 'them'}."


def refused(flags: Sequence[Flag], label: Callable[[object], str]) -> Headline:
    """Returns the refusal of a plan with amounts that nobody has spent; it names them."""
    return (
        "No figures: this plan has amounts that nobody in this table has spent.",
        f"{markdown(_amounts(flags, label), 600)} Bring them back within what was spent, or choose under "
        "Money and limits to have them flagged or widened.",
    )


def _amounts(flags: Sequence[Flag], label: Callable[[object], str]) -> str:
    said = [
        f"{one_line(label(flag.group), 40)} would get {number(flag.new)} of '{one_line(flag.channel, 40)}'"
        f" ({_so_far(flag)})"
        for flag in flags[:NAMED]
    ]
    more = f"; and {len(flags) - NAMED:,} more" if len(flags) > NAMED else ""
    return f"{'; '.join(said)}{more}."


def _so_far(flag: Flag) -> str:
    who = "all of them so far" if flag.beyond is Outside.TABLE else "so far"
    same = flag.low == flag.high
    return f"{who} {number(flag.low)}" if same else f"{who} {number(flag.low)} to {number(flag.high)}"


def beyond(found: Outlook, setting: Beyond, label: Callable[[object], str], one: Noun) -> list[Finding]:
    """Returns that planned amounts were never spent, with the ranges seen."""
    flags = sorted(found.flags, key=lambda flag: flag.beyond is not Outside.TABLE)
    if not flags:
        return []
    never = len(found.never)
    what_ = "1 planned amount lies" if len(flags) == 1 else f"{len(flags):,} planned amounts lie"
    message = f"{what_} outside what that {one.one} has spent so far"
    if never == len(flags):
        message = f"{what_} outside what any {one.one} has spent so far"
    elif never:
        message += f", {never:,} of them outside what any has"
    advice = {
        Beyond.WIDEN: "The intervals are stretched for it: a rule of thumb, not knowledge.",
    }.get(setting, "No draw knows how responses go on there: test it small first.")
    return [Finding("extrapolates", Status.LOOK, f"{message}. {_amounts(flags, label)}", advice)]


def alike(names: Sequence[str], one: Noun, bends: bool, outcome: str) -> list[Finding]:
    """Returns that responses to channels do not differ between groups, so that moving them brings nothing."""
    if not names:
        return []
    listed = " and ".join(f"'{one_line(name, 40)}'" for name in names[:NAMED])
    single = len(names) == 1
    if bends:
        bring = "brings" if single else "bring"
        message = (
            f"What {listed} {bring} to {outcome} differs between {one.many} only by where each stands now"
        )
        return [Finding("alike", Status.LOOK, f"{message}.", "The model has no response of each one's own.")]
    responses, them = ("response", "it") if single else ("responses", "them")
    message = (
        f"The {responses} to {listed} {'does' if single else 'do'} not differ between {one.many} in this "
        f"model, so moving {them} between {one.many} changes nothing."
    )
    return [Finding("alike", Status.LOOK, message, f"Only more or less of {them} in total does.")]


def lost(cells: Sequence[Cell], one: Noun) -> list[Finding]:
    """Returns that a plan has amounts which this model has no response to."""
    if not cells:
        return []
    names = list(dict.fromkeys(channel for _, channel in cells))
    listed = ", ".join(f"'{one_line(name, 40)}'" for name in names[:NAMED])
    amounts = "1 amount" if len(cells) == 1 else f"{len(cells):,} amounts"
    message = f"{amounts} typed for {listed} not counted: of columns or {one.many} that are not planned here."
    advice = "They are kept. Add the column under Money and limits, or on the Model page."
    return [Finding("lost", Status.LOOK, message, advice)]


def moved_chart(table: Any, label: Callable[[object], str], one: str) -> str:
    """Returns the title of the chart of changes: who gains and who loses most, where that can be told.

    `one` is what one row is.
    """
    clear = table[(table["low"] > 0) | (table["high"] < 0)]
    if not len(clear):
        return f"No {markdown(one, 30)}'s change can be told from none"
    said = []
    most, least = clear["mean"].idxmax(), clear["mean"].idxmin()
    for level, does, way in ((most, "gains most", 1), (least, "loses most", -1)):
        row = clear.loc[level]
        if way * row["mean"] > 0:
            much = number(row["mean"], (row["high"] - row["low"]) / 4, signed=True)
            said.append(f"{markdown(label(level), 40)} {does} ({much})")
    return ", ".join(said)


def sums(plan: Any, one: Noun) -> str:
    """Returns what each planned channel comes to a period, now and in the plan; names escaped."""
    past, said = plan.history, []
    for c, name in enumerate(past.channels):
        now, new = float(past.now[:, c].sum()), float(plan.spend[:, c].sum())
        if not plan.moved[:, c].any():
            continue
        change = "the same in all" if abs(new - now) <= 1e-9 * max(abs(now), 1.0) else _change(now, new)
        said.append(f"{markdown(name, 30)} {number(now)} → {number(new)} ({change})")
    return f"All together a {one.one}: {'; '.join(said)}" if said else "Nothing moves yet."


def _change(now: float, new: float) -> str:
    if not now:
        return "new"
    return f"{number(100 * (new / now - 1), signed=True)} %"


def reconciliation(found: Outlook) -> str:
    """Returns the line that says that the figures are consistent."""
    zero = "0 in every draw" if found.at_today == 0 else number(found.at_today)
    off = "exactly" if found.parts == 0 else f"to {found.parts:.0e} of it".replace("-", MINUS)
    return f"Checked: at today's spend the change is {zero}; the parts add to the total, {off}."


SCENARIOS = "Scenarios"
SAVE_AS = "Name of this plan"
HERE = "This plan (not saved)"
STALE = "another model or table: {formula}"
NO_DIFFERENCE = "These two were reckoned on different models, so their difference is not known. Update first."


def compared(one: str, other: str, apart: Any, outcome: str, level: float, of: str) -> str:
    """Returns by how much one scenario is ahead of another, as Markdown; names escaped here."""
    a, b = (f"**{markdown(name, 60)}**" for name in (one, other))
    what_ = "profit" if of == "profits" else markdown(outcome, 40)
    error = (apart.high - apart.low) / 4
    ends = f"{width(level)} {interval(apart.low, apart.high)}"
    if apart.low == apart.high == 0:
        return f"{a} and {b} bring the same {what_}."
    if apart.low <= 0 <= apart.high:
        first = (
            f"{a} and {b} cannot be told apart in {what_}: {number(apart.mean, error, signed=True)} ({ends})"
        )
    else:
        ahead, behind = (a, b) if apart.mean > 0 else (b, a)
        low, high = sorted((abs(apart.low), abs(apart.high)))
        ends = f"{width(level)} {interval(low, high)}"
        first = f"{ahead} brings {number(abs(apart.mean), error)} more {what_} than {behind} ({ends})"
    side = max(apart.p_positive, 1 - apart.p_positive)
    leader = a if apart.p_positive >= 0.5 else b
    return f"{first}; {chance_of(side)} sure that {leader} is ahead. From the same draws."


def scenarios_title(names: Sequence[str], means: Sequence[float], stale: Sequence[bool], what_: str) -> str:
    """Returns the title of the comparison: which scenario is expected to bring most."""
    fresh = [(mean, name) for mean, name, old in zip(means, names, stale, strict=True) if not old]
    fresh.sort(key=lambda each: -each[0])
    if len(fresh) < 2 or fresh[0][0] - fresh[1][0] <= 1e-9 * abs(fresh[0][0]):
        return "Scenarios side by side"
    return f"{markdown(fresh[0][1], 60)} is expected to bring most {markdown(what_, 40)}"
