"""What a click does: each function turns what a widget holds into a new state, or asks for work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import core
from core.spec import change, regroup
from core.spec.edit import Centring, Picked, build_spec
from core.spec.formula import write_formula
from core.spec.model import ModelSpec
from core.spec.prior import Priors
from core.spec.split import measure
from core.table.samples import read_sample
from core.table.table import Kind, Table, fingerprint
from core.table.within import within_share
from dashboard import choices, families, naming, prior_rows, state, tried


def follow_link() -> None:
    """Opens the sample that the address names, once; afterwards keeps the address in step with the data."""
    now, named = state.current(), state.linked_sample()
    if named and named != now.link:
        state.change(link=named)
        state.ask("data", partial(open_sample, named))
    elif now.sample:
        state.link_sample(now.sample)


def choose_sample(name: str) -> None:
    """Asks for a sample to be opened."""
    state.change(link=name)
    state.link_sample(name)
    state.ask("data", partial(open_sample, name))


def open_sample(name: str) -> None:
    """Puts a sample on the table with a first model."""
    _start(read_sample(name), sample=name, upload=b"")


def uploaded(key: str) -> None:
    """Asks for the file in the uploader to be read; nothing happens when it was taken out."""
    file = state.value(key)
    if file is not None:
        state.ask("data", partial(read_upload, file.getvalue(), file.name))


def read_upload(content: bytes, name: str, sheet: str | None = None) -> None:
    """Puts an uploaded file on the table. Raises what reading says; the earlier table then stays."""
    table = core.read_table(content, name=name, sheet=sheet)
    state.link_sample("")
    state.change(link="")
    _start(table, sample="", upload=content)


def pick_sheet(key: str) -> None:
    """Asks for another sheet of the uploaded workbook."""
    now = state.current()
    if now.table is not None and now.upload:
        state.ask("data", partial(read_upload, now.upload, now.table.name, state.value(key)))


def correct_kind() -> None:
    """Asks for one column to be read as what the user says it is."""
    now, column, kind = state.current(), state.value("kind_column"), state.value("kind_as")
    if now.table is not None and column is not None and kind is not None:
        state.ask("data", partial(_reread, dict(now.kinds) | {column: Kind(kind)}))


def settle_marks(key: str, field: str) -> None:
    """Asks for the file to be read again with its decimal mark, or the order of day and month, said."""
    chosen = state.value(key)
    if chosen is not None:
        said = {field: chosen if field == "decimal" else chosen == "day"}
        state.ask("data", partial(_reread, dict(state.current().kinds), **said))


def _reread(kinds: Mapping[str, Kind], decimal: str | None = None, day_first: bool | None = None) -> None:
    now = state.current()
    assert now.table is not None
    source = now.upload or now.table.frame
    sheet = now.table.reading.sheet or None if now.upload else None
    decimal = now.decimal if decimal is None else decimal
    day_first = now.day_first if day_first is None else day_first
    table = core.read_table(
        source, name=now.table.name, sheet=sheet, kinds=kinds, decimal=decimal, day_first=day_first
    )
    kept = tuple(kinds.items())
    _start(table, sample=now.sample, upload=now.upload, kinds=kept, decimal=decimal, day_first=day_first)


def _start(
    table: Table,
    sample: str,
    upload: bytes,
    kinds: tuple[tuple[str, Kind], ...] = (),
    decimal: str = "",
    day_first: bool | None = None,
) -> None:
    roles = core.guess_roles(table)
    picks = choices.first_picks(table, roles)
    state.change(
        table=table,
        digest=fingerprint(table),
        sample=sample,
        upload=upload,
        kinds=kinds,
        decimal=decimal,
        day_first=day_first,
        roles=roles,
        time=choices.time_column(roles),
        picks=picks,
        spec=None,
        settled=MappingProxyType({}),
        formula="",
        shown=None,
        by=None,
        group=None,
        groups=MappingProxyType({}),
        slope=None,
        sizes=None,
        ranks_by="slope",
        contrast=None,
        own_words=MappingProxyType({}),
        priors=Priors(),
    )
    state.settle("formula")
    state.settle("model")
    state.settle("priors")
    if picks is not None:
        _adopt(picks)


def _adopt(picks: Picked) -> None:
    """Makes the picked model the model: the one in use with what was picked changed, all else as it was.

    Raises what cannot be built; the earlier model then stays.
    """
    now = state.current()
    assert now.table is not None
    if now.spec is None:
        spec = build_spec(picks.outcome, picks.predictors, picks.group, picks.slopes, picks.correlated)
        return _take(families.guessed(now.table, spec))
    spec = change.changed(now.spec, picks)
    return _take(spec if picks.outcome == now.spec.outcome.column else families.guessed(now.table, spec))


def _take(spec: ModelSpec) -> None:
    """Makes this the model, and moves pickers and formula along."""
    _forget_priors(spec)
    _remember(spec)
    state.change(spec=spec, picks=change.view(spec), formula=write_formula(spec), slope=None)
    state.settle("formula")


def _remember(spec: ModelSpec) -> None:
    """Keeps what the kind left and the kind taken say beside the formula, for when they are chosen again."""
    now = state.current()
    kept = {(one.outcome.column, str(one.family)): one for one in (now.spec, spec) if one is not None}
    state.change(settled=MappingProxyType({**now.settled, **kept}))


def _forget_priors(spec: ModelSpec) -> None:
    """Takes back priors changed by hand when the outcome is another: they were in the units of the former."""
    before = state.current().spec
    if before is not None and before.outcome != spec.outcome:
        reset_priors()


def flat(picks: Picked) -> tuple[str, ...]:
    """Returns the predictors that never vary within a group: they have no swings of their own to measure."""
    now = state.current()
    table, group = now.table, naming.picked_group() if picks == now.picks else picks.group
    if table is None or group is None:
        return ()
    numbers = choices.numbers(table, picks.predictors)
    key = ("flat", now.digest, group, *numbers)
    return state.kept(key, lambda: tuple(n for n in numbers if not within_share(table, n, group) > 0))


def repick() -> None:
    """Asks for the model that the Model page's pickers now say."""
    old = state.current().picks
    if old is None:
        return
    group = state.value("pick_group", old.group)
    predictors = state.value("pick_predictors")
    changed = replace(
        old,
        outcome=state.value("pick_outcome") or old.outcome,
        predictors=old.predictors if predictors is None else tuple(predictors),
        group=group,
        slopes=tuple(state.value("pick_slopes", old.slopes) or ()),
        correlated=bool(state.value("pick_correlated", old.correlated)),
    )
    state.ask("model", partial(_adopt, choices.tidy(changed)))


def remeasure(column: str) -> None:
    """Asks for one predictor to be measured as picked."""
    how = state.value(f"measure:{column}")
    if how is not None:
        state.ask("model", partial(_measured, (column,), Centring(how)))


def remeasure_all() -> None:
    """Asks for every number that can be to be measured as picked; splits only what has own swings."""
    now, how = state.current(), state.value("measure_all")
    if now.picks is None or now.table is None or how is None:
        return
    state.ask("model", partial(_measured, choices.measurable(now.table, now.picks, now.time), Centring(how)))


def split(columns: Sequence[str]) -> None:
    """Asks for predictors to be split into own swings and usual level, from a finding's button."""
    state.ask("model", partial(_measured, columns, Centring.WITHIN_BETWEEN))


def _measured(columns: Sequence[str], how: Centring) -> None:
    now = state.current()
    assert now.spec is not None and now.picks is not None
    spec, still = now.spec, flat(now.picks)
    for column in columns:
        if how is not Centring.WITHIN_BETWEEN or column not in still:
            spec = measure(spec, column, how, naming.picked_group())
    _take(spec)


def cross() -> None:
    """Asks for the model in which one predictor changes what another brings."""
    one, other = state.value("cross_one"), state.value("cross_other")
    if one is not None and other is not None and one != other:
        state.ask("model", partial(_crossed, other, one))


def _crossed(what: str, by: str) -> None:
    spec = state.current().spec
    assert spec is not None
    _take(change.with_interaction(spec, what, by))


def uncross(columns: tuple[str, ...]) -> None:
    """Asks for the model without this product."""
    state.ask("model", partial(_uncrossed, columns))


def _uncrossed(columns: tuple[str, ...]) -> None:
    spec = state.current().spec
    assert spec is not None
    _take(change.without_interaction(spec, columns))


def weigh() -> None:
    """Asks for the model whose rows count by the column picked."""
    ask_changed(change.weighed, state.value("pick_weights"))


def shift() -> None:
    """Asks for the model to which the columns picked are added as they are."""
    ask_changed(families.with_beside, tuple(state.value("pick_offsets") or ()))


def also_group() -> None:
    """Asks for the model grouped by one more column."""
    if (name := state.value("also_add")) is not None:
        ask_changed(regroup.with_grouping, (name,))


def not_grouped(by: tuple[str, ...]) -> None:
    """Asks for the model without a further grouping."""
    ask_changed(regroup.without_grouping, by)


def slopes_of(by: tuple[str, ...], key: str) -> None:
    """Asks for the model in which the slopes picked differ by a further grouping."""
    names = tuple(state.value(key) or ())
    ask_changed(regroup.with_slopes_by, by, names)


def same_or_not(by: tuple[str, ...], key: str) -> None:
    """Asks for the model that takes values of a further grouping for the same everywhere, or not."""
    spec, said = state.current().spec, state.value(key)
    if spec is None or not spec.random or said is None:
        return
    to = by[-1:] if said == "same" else (*spec.random[0].group, by[-1])
    ask_changed(regroup.regrouped, by, to)


def ask_changed(how: Callable[..., ModelSpec], *given: object) -> None:
    """Asks for the model that `how` makes of the one in use, with what else it is given."""
    state.ask("model", partial(_changed, how, *given))


def _changed(how: Callable[..., ModelSpec], *given: object) -> None:
    spec = state.current().spec
    assert spec is not None
    _take(how(spec, *given))


def let_differ(name: str) -> None:
    """Asks for the model in use with this predictor's slope, and no other, differing by group."""
    _ask_for(slopes=(name,))


def let_differ_by(by: tuple[str, ...], name: str) -> None:
    """Asks for the model in use with this slope, and no other, differing by a further grouping."""
    ask_changed(regroup.with_slopes_by, by, (name,))


def group_by(name: str) -> None:
    """Asks for the model in use with its rows grouped by this column."""
    _ask_for(group=name)


def _ask_for(**fields: Any) -> None:
    picks = state.current().picks
    if picks is not None and state.current().spec is not None:
        state.ask("model", partial(_adopt, choices.tidy(replace(picks, **fields))))


def pick_method() -> None:
    """Changes the method; the refit follows by itself."""
    now, chosen = state.current(), state.value("pick_method")
    if chosen is None or now.spec is None:
        return
    state.change(**{"likelihood" if families.generalised(now.spec) else "method": chosen})


def edit_priors(key: str, shown: Priors) -> None:
    """Asks for the priors edited in a form of those shown."""
    edits = (state.value(key) or {}).get("edited_rows", {})
    state.ask("priors", partial(_believe, shown, dict(edits), state.value("prior_lkj")))


def _believe(shown: Priors, edits: Mapping[int, Mapping[str, Any]], lkj: float | None) -> None:
    made = prior_rows.edited(state.current().priors, shown, edits)
    state.change(priors=made if lkj is None else replace(made, lkj=float(lkj)))


def reset_priors() -> None:
    """Takes back all priors changed by hand."""
    state.change(priors=Priors())
    state.settle("priors")


def pick_level() -> None:
    """Changes the width of every interval."""
    state.change(level=state.value("pick_level") or state.current().level)


def role(name: str) -> None:
    """Takes over a role chosen on the Data page."""
    old, chosen = state.current().picks, state.value(f"role_{name}")
    if name == "time":
        state.change(time=chosen)
    if old is None or (chosen is None and name in ("outcome", "predictors")):
        return
    fields = {} if name == "time" else {name: tuple(chosen) if name == "predictors" else chosen}
    state.ask("model", partial(_adopt, choices.tidy(replace(old, **fields))))


def typed_formula() -> None:
    """Keeps what was typed and asks for it to be read as the model."""
    text = state.value("formula")
    if text is None:
        return
    state.change(formula=text)
    state.settle("model")  # what an earlier choice asked for is overtaken
    state.ask("formula", partial(read_formula, text))


def read_formula(text: str) -> None:
    """Makes the typed formula the model and moves the pickers along. Raises what is wrong with it."""
    now = state.current()
    assert now.table is not None
    spec = families.read(text, now.table, now.spec)
    _forget_priors(spec)
    _remember(spec)
    state.change(spec=spec, picks=change.view(spec), slope=None)
    state.settle("model")


def refit() -> None:
    """Fits the chosen model and adds it to those tried. Raises what core says; the last fit then stays."""
    state.refit()
    now = state.current()
    if now.shown is not None:
        state.change(tried=tried.added(now.tried, now.shown))


def bring_back(key: str) -> None:
    """Asks for a model tried before, from the click on its row; the one in use stays as it is."""
    click, now = state.value(key), state.current()
    models = [model for model in now.tried if model.digest == now.digest]
    if click is not None and click["row"] < len(models):
        state.ask("model", partial(again, models[click["row"]]))


def again(model: tried.Tried) -> None:
    """Makes a model tried before the model once more, pickers and method with it."""
    state.change(
        spec=model.spec,
        formula=model.formula,
        **{"likelihood" if families.generalised(model.spec) else "method": model.method},
        picks=change.view(model.spec),
        slope=None,
    )
    state.settle("formula")


def look_at(key: str) -> None:
    """Makes another grouping the one that Groups and Tiers look at; what was chosen in each stays chosen."""
    if (name := state.value(key)) is not None:
        look_by(name)


def look_by(name: str) -> None:
    """Makes this grouping the one that Groups and Tiers look at."""
    now = state.current()
    if now.shown is None:
        return
    before = naming.in_view(now.shown)
    groups = dict(now.groups)
    if before is not None and now.group is not None:
        groups[before.name] = now.group
    state.change(by=name, group=groups.get(name), groups=MappingProxyType(groups), sizes=None)


def choose_group(key: str) -> None:
    """Makes the group picked in a list the one that every page shows."""
    state.change(group=state.value(key))


def clicked(key: str) -> None:
    """Makes the group clicked in a chart the one every page shows; beside the marks nothing happens."""
    points = (state.value(key) or {}).get("selection", {}).get("points", [])
    for point in points:
        level = point.get("customdata")
        if isinstance(level, list):
            level = level[0] if level else None
        if level:
            state.change(group=str(level))
            return


def want(key: tuple[object, ...]) -> None:
    """Asks for work that takes seconds; the page that shows its result has it done in another process."""
    for other in state.current().wanted:
        if other[:2] == key[:2] and (seen := state.job(other)) is not None and seen.status.active:
            unwant(other)  # the same of a model that is no longer looked at: nobody would see how it goes
    state.change(wanted=state.current().wanted | {key})


def unwant(key: tuple[object, ...]) -> None:
    """Takes back what was asked for; a process that is at it ends it."""
    state.change(wanted=state.current().wanted - {key})
    state.end_job(key)


def set_tiers(key: str, field: str) -> None:
    """Takes over the slope, the number of tiers or their sizes."""
    fields = {field: state.value(key)}
    if fields[field] is None:
        return
    if field in ("n_tiers", "slope"):
        fields["sizes"] = None
    state.change(**fields)


def rank_by(key: str) -> None:
    """Takes over what ranks: a slope by its name, or the kind of another quantity."""
    chosen = state.value(key)
    if chosen is None:
        return
    if chosen.startswith("\x00"):
        state.change(ranks_by=chosen[1:], sizes=None)
    else:
        state.change(ranks_by="slope", slope=chosen, sizes=None)


def set_contrast(now: tuple[str, str], place: int) -> None:
    """Takes over one of the two slopes set against each other; the other of two alike becomes the first."""
    chosen = state.value(f"tier_pair_{place}")
    if chosen is None:
        return
    other = now[1 - place]
    rest = now[place] if chosen == other else other
    state.change(contrast=(chosen, rest) if place == 0 else (rest, chosen))


def set_price() -> None:
    """Takes over margin, which may be emptied, and cost."""
    margin, cost = (state.value(key) for key in ("tier_margin", "tier_cost"))
    state.change(price=(margin, state.current().price[1] if cost is None else float(cost)))


def set_own_words(key: str, count: int, tier: int) -> None:
    """Takes over what the reader says to do with a tier; an empty text brings the page's words back."""
    said = (state.value(key) or "").strip()
    rest = {place: text for place, text in state.current().own_words.items() if place != (count, tier)}
    state.change(own_words=MappingProxyType(rest | ({(count, tier): said} if said else {})))


def set_swing(key: str) -> None:
    """Takes over how far the spend of a new group swings."""
    if (chosen := state.value(key)) is not None:
        state.change(swing=float(chosen))


def set_sizes(count: int, total: int) -> None:
    """Takes over the sizes of all tiers but the last, which takes the rest."""
    sizes = [int(state.value(f"tier_size_{place}") or 1) for place in range(count - 1)]
    if sum(sizes) < total:
        state.change(sizes=(*sizes, total - sum(sizes)))


def unwant_each(keys: Sequence[tuple[object, ...]]) -> None:
    """Takes back several things asked for by one click."""
    for key in keys:
        unwant(key)


def score(models: Sequence[tried.Tried]) -> None:
    """Asks for models tried to be scored by leaving out each row."""
    state.ask("scores", partial(_score, models))


def _score(models: Sequence[tried.Tried]) -> None:
    """Raises what a fit made anew says."""
    keys = {state.score_key(state.fitted(model.spec, model.method)) for model in models}
    state.change(wanted=state.current().wanted | keys)
