"""What the user has chosen, as one frozen value; the only file that touches session state and caches."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

import core
from core.errors import PanelwiseError
from core.fit.bayes import applicable, seconds_expected
from core.fit.chains import Chains
from core.result.store import fit_from_bytes
from core.run import usual_method
from core.spec.edit import Picked
from core.spec.model import ModelSpec, expand, groupings
from core.spec.prior import Priors
from core.spec.prior_json import priors_to_json
from core.spec.write import write_interaction
from core.table.roles import Roles
from core.table.table import Kind, Table
from dashboard import families, warm
from dashboard.jobs.frames import Frame
from dashboard.jobs.front import Front, identity
from dashboard.jobs.job import JobState
from dashboard.planning import Desk
from dashboard.theme import Theme, named

if TYPE_CHECKING:
    from dashboard.tried import Tried

KEY = "panelwise"
FITS_KEPT = 12
MOMENTS_KEPT = 4
STEPS_KEPT = 192
LARGE_KEPT = 2  # draws of the responses of thousands of groups take 50 megabytes and more
SEARCHED = ("reml", "ml", "laplace", "quadrature")
SEED = 1
# Seconds that a posterior may take within a page.
PATIENCE = 4.0
NO_PRIORS = Priors()
EMPTY = Desk()
# Seconds after the first page until workers begin before there is work for them; PANELWISE_AHEAD=0: never.
AHEAD_AFTER = 5.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something asked for that could not be had: the sentence, and for a formula the place."""

    sentence: str
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The fit on the screen, and what made it: it stays while a newer model cannot be fitted."""

    fit: Any
    spec: ModelSpec
    method: str
    digest: str
    seconds: float

    @property
    def key(self) -> tuple[str, ...]:
        """What a step derived from this fit is cached under."""
        return (*self.about, self.method, f"{self.fit.level:g}")

    @property
    def about(self) -> tuple[str, ...]:
        """Data and model, and the priors of a posterior: what its draws are cached under."""
        said = self.fit.posterior
        return (self.digest, families.identity(self.spec), priors_to_json(said.priors) if said else "")


@dataclass(frozen=True, slots=True)
class AppState:
    """Everything chosen so far. `formula` is what was typed; it differs from `spec` while it cannot be read.

    `asked` is work that a click asked for and app.py does at the start of the run, where errors become
    sentences; `troubles` are those sentences by what they are about: data, formula, model or fit. `picks` are
    the last choices the pickers could show, `link` the sample last opened by address. `decimal` and
    `day_first` settle what a file leaves open; `tried` are the models fitted in this session, of every table.
    `method` is that of amounts around an average, `likelihood` that of all other kinds of outcome.
    `settled` is the last model of each outcome (column) and kind: what it says beside the formula is kept.
    `level` is the width of every interval, `priors` are those changed by hand.
    `ranks_by` is what tiers go by: a slope, the level, the `contrast` of two slopes, or profit at a `price`
    (margin of one unit of the outcome, None until it is said; cost of one unit of the amount); `own_words` is
    what the reader says to do, by number of tiers and tier; `swing` is how far the spend of a new group may
    swing.
    `by` is the grouping in view (its leading one when None), `group` the group chosen in it, `groups` those
    chosen in the others. `page` is the id of the page that this run draws, `arrived` whether the run before
    drew another. `desk` is what lies on the What-if page.
    """

    table: Table | None = None
    digest: str = ""
    sample: str = ""
    link: str = ""
    upload: bytes = b""
    kinds: tuple[tuple[str, Kind], ...] = ()
    decimal: str = ""
    day_first: bool | None = None
    roles: Roles | None = None
    time: str | None = None
    picks: Picked | None = None
    spec: ModelSpec | None = None
    settled: Mapping[tuple[str, str], ModelSpec] = MappingProxyType({})
    formula: str = ""
    method: str = "reml"
    likelihood: str = "laplace"
    level: float = 0.95
    priors: Priors = NO_PRIORS
    shown: Shown | None = None
    tried: "tuple[Tried, ...]" = ()
    by: str | None = None
    group: str | None = None
    groups: Mapping[str, str] = MappingProxyType({})
    slope: str | None = None
    n_tiers: int = 3
    sizes: tuple[int, ...] | None = None
    ranks_by: str = "slope"
    contrast: tuple[str, str] | None = None
    price: tuple[float | None, float] = (None, 1.0)
    own_words: Mapping[tuple[int, int], str] = MappingProxyType({})
    swing: float = 2.0
    desk: Desk = EMPTY
    asked: tuple[tuple[str, Callable[[], object]], ...] = ()
    wanted: frozenset[tuple[object, ...]] = frozenset()
    page: str = ""
    arrived: bool = True
    troubles: Mapping[str, Trouble] = MappingProxyType({})


def current() -> AppState:
    """Returns the state of this session; an empty one on first open."""
    return st.session_state.setdefault(KEY, AppState())


def change(**fields: Any) -> AppState:
    """Returns the state with these fields replaced, after keeping it."""
    st.session_state[KEY] = replace(current(), **fields)
    return st.session_state[KEY]


def ask(about: str, work: Callable[[], object]) -> None:
    """Leaves work for app.py to do before the page is drawn."""
    change(asked=(*current().asked, (about, work)))


def take() -> tuple[tuple[str, Callable[[], object]], ...]:
    """Returns the work asked for, which is then no longer asked for."""
    asked = current().asked
    change(asked=())
    return asked


def settle(about: str, error: PanelwiseError | None = None) -> None:
    """Keeps what the error says about data, formula, model or fit; without one, takes back what was said."""
    others = {name: trouble for name, trouble in current().troubles.items() if name != about}
    if error is not None:
        others[about] = Trouble(str(error), getattr(error, "picture", ""))
    change(troubles=MappingProxyType(others))


def begin() -> None:
    """Notes which page this run draws."""
    asked, before = _page_asked(), current().page
    change(page=asked, arrived=asked != before)


def _page_asked() -> str:
    run = get_script_run_ctx(suppress_warning=True)
    return run.page_script_hash if run else ""


def seed(key: str, value: object) -> str:
    """Returns the widget key after setting what it shows: the state is the truth, widgets display it.

    On arrival it is said again in any case: the browser forgets what the widgets of the page before held.
    """
    if current().arrived or key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def value(key: str, otherwise: Any = None) -> Any:
    """Returns what a widget holds; for callbacks."""
    return st.session_state.get(key, otherwise)


def clear(key: str) -> None:
    """Empties a text widget; for callbacks."""
    if key in st.session_state:
        st.session_state[key] = ""


def theme() -> Theme:
    """Returns the colours of the browser's light or dark mode."""
    return named(st.context.theme.type)


def linked_sample() -> str:
    """Returns the sample named in the address (?sample=...), or an empty text."""
    return st.query_params.get("sample", "")


def link_sample(name: str) -> None:
    """Writes the sample into the address so that it can be passed on; an empty name takes it out."""
    if name and st.query_params.get("sample") != name:
        st.query_params["sample"] = name
    elif not name and "sample" in st.query_params:
        del st.query_params["sample"]


@st.cache_resource(scope="session", max_entries=STEPS_KEPT, show_spinner=False)
def _step(key: tuple[object, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def kept[T](key: tuple[object, ...], make: Callable[[], T]) -> T:
    """Returns a derived value, made once per key. Keys name digests and choices, never frames.

    (Streamlit hashes only a sample of big frames, so a frame as key could return another table's result.)
    """
    return _step(key, make)


@st.cache_resource(scope="session", max_entries=LARGE_KEPT, show_spinner=False)
def _large(key: tuple[object, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def kept_large[T](key: tuple[object, ...], make: Callable[[], T]) -> T:
    """Returns a derived value too large to keep many of, made once per key."""
    return _large(key, make)


@st.cache_resource(show_spinner=False)
def background() -> Front:
    """Returns the front of the work in other processes; one for all sessions, begun with the first page."""
    return Front(after=None if os.environ.get("PANELWISE_AHEAD") == "0" else AHEAD_AFTER, present=_present)


def _present(session: str) -> bool:
    """Whether a session's page is open; where no server runs (in tests) nobody leaves."""
    return not runtime.exists() or runtime.get_instance().is_active_session(session)


def _identity(key: tuple[object, ...]) -> str:
    run = get_script_run_ctx(suppress_warning=True)
    return identity(run.session_id if run else "", str(key[0]), key)


def job(key: tuple[object, ...]) -> JobState | None:
    """Returns what is seen of this session's work of that key; None where it was not asked for."""
    return background().look(_identity(key))


def begin_job(key: tuple[object, ...], kind: str, make: Callable[[], Frame]) -> None:
    """Asks for work in another process, unless it waits, runs or is done. Raises QueueFull."""
    run = get_script_run_ctx(suppress_warning=True)
    background().submit(_identity(key), run.session_id if run else "", kind, make)


def end_job(key: tuple[object, ...]) -> None:
    """Cancels this session's work of that key and forgets it, so that it can be asked for anew."""
    background().cancel(_identity(key))
    background().forget(_identity(key))


@st.cache_resource(scope="session", max_entries=MOMENTS_KEPT, show_spinner=False)
def _moments(
    digest: str,
    columns: tuple[str, ...],
    groups: tuple[tuple[str, ...], ...],
    _table: Table,
    _spec: ModelSpec,
) -> Any:
    return core.moments(_table, _spec)


@st.cache_resource(scope="session", max_entries=FITS_KEPT, show_spinner=False)
def _fitted(digest: str, formula: str, method: str, _table: Table, _spec: ModelSpec) -> Shown:
    warm.start().join()  # what is loaded once is not part of this fit's time
    start = time.perf_counter()
    terms = (*_spec.fixed, *(term for part in _spec.random for term in part.terms))
    columns = tuple(sorted({write_interaction(part) for part in expand(terms)}))
    groups = tuple(group for part in _spec.random for group in groupings(part))  # "a:b" may be one column
    sums = _moments(
        digest, (families.identity(replace(_spec, fixed=(), random=())), *columns), groups, _table, _spec
    )
    fit = core.refit(sums, _spec, method, name=_table.name)
    return Shown(fit, _spec, method, digest, time.perf_counter() - start)


def fitted(spec: ModelSpec, method: str) -> Shown:
    """Returns the fit of another model of the table in use, kept or made again from kept sums.

    A posterior is that under the priors changed by hand and the defaults of all others; of NUTS the chains
    where they are there, else the instant posterior. Raises what core says.
    """
    now = current()
    assert now.table is not None
    if families.generalised(spec):
        way = method if method in SEARCHED else usual_method(spec.family)
        near = _generalised(now.digest, families.identity(spec), way, now.table, spec)
        drawn = _answered(sampling_key(near), near) if method == "nuts" else None
        return _wide(drawn or near, now.level)
    searched = method if method in SEARCHED else "reml"
    base = _fitted(now.digest, families.identity(spec), searched, now.table, spec)
    if method in SEARCHED:
        return _wide(base, now.level)
    priors = applicable(base.fit.linear, now.priors)
    if long_expected(base) > PATIENCE:  # as a job, once it was asked for; until then the best fit stands
        drawn = _answered(posterior_key(base, priors), base)
        return _wide(drawn or base, now.level)
    instant = _posterior(base.about, priors_to_json(priors), base, priors)
    chains = sampled(instant) if method == "nuts" else None
    return _wide(chains or instant, now.level)


@st.cache_resource(scope="session", max_entries=FITS_KEPT, show_spinner=False)
def _generalised(digest: str, model: str, method: str, _table: Table, _spec: ModelSpec) -> Shown:
    warm.start().join()
    start = time.perf_counter()
    fit = core.fit(_table, _spec, method)
    return Shown(fit, _spec, method, digest, time.perf_counter() - start)


@st.cache_resource(scope="session", max_entries=FITS_KEPT, show_spinner=False)
def _posterior(about: tuple[str, ...], said: str, _base: Shown, _priors: Priors) -> Shown:
    start = time.perf_counter()
    fit = core.posterior(_base.fit, priors=_priors, seed=SEED)
    return replace(_base, fit=fit, method=fit.method, seconds=time.perf_counter() - start)


def long_expected(shown: Shown) -> float:
    """Returns how many seconds the posterior of a model may take here."""
    return kept(("seconds", *shown.about), lambda: seconds_expected(shown.fit.linear))


def posterior_key(shown: Shown, priors: Priors) -> tuple[object, ...]:
    """Returns the key of the work that draws the posterior of a large model."""
    return ("posterior", "large", *shown.about, priors_to_json(priors))


def sampling_key(shown: Shown) -> tuple[object, ...]:
    """Returns the key of the work that samples a generalised model by NUTS, from its fit by likelihood."""
    said = priors_to_json(applicable(shown.fit.linear, current().priors))
    return ("nuts", "chains", *shown.about[:2], said)


def chains_key(shown: Shown) -> tuple[object, ...]:
    """Returns the key of the work that samples a posterior by NUTS."""
    return ("nuts", "chains", *shown.about)


def sampled(shown: Shown) -> Shown | None:
    """Returns the same model as the finished chains have it; None while there are none."""
    return _answered(chains_key(shown), shown)


def _answered(key: tuple[object, ...], shown: Shown) -> Shown | None:
    """The same model as finished work has it."""
    seen = job(key) if key in current().wanted else None
    if seen is None or seen.result is None:
        return None
    answer = seen.result
    return kept(("answered", *key), lambda: _of_answer(shown, answer))


def _of_answer(shown: Shown, answer: Frame) -> Shown:
    fit = fit_from_bytes(answer.blobs["fit"])
    how = fit.posterior.how if fit.posterior else None
    seconds = how.sampling if isinstance(how, Chains) else shown.seconds
    return replace(shown, fit=fit, method=fit.method, seconds=seconds)


def score_key(shown: Shown) -> tuple[object, ...]:
    """Returns the key of the work that scores a fit by leaving out each row: the same for every width."""
    return ("loo", "rows", *shown.about, shown.method, _by_hand(shown.method))


def scores(key: tuple[object, ...], digest: str, formula: str, method: str) -> bool:
    """Returns whether a key is that of the score of a model, by its method and under the priors of now."""
    named = (*key[2:4], *key[-2:])
    return key[:2] == ("loo", "rows") and named == (digest, formula, method, _by_hand(method))


def _by_hand(method: str) -> str:
    """The priors changed by hand, of methods that have any."""
    return "" if method in SEARCHED else priors_to_json(current().priors)


def _wide(shown: Shown, level: float) -> Shown:
    """The same fit with intervals of the chosen width."""
    if shown.fit.level == level:
        return shown
    return kept(("wide", *shown.about, shown.method, level), lambda: _at(shown, level))


def _at(shown: Shown, level: float) -> Shown:
    return replace(shown, fit=replace(shown.fit, level=level))


def method_chosen(now: AppState) -> str:
    """Returns the method chosen for the kind of the model in use, or the usual one where it cannot fit it."""
    if now.spec is None:
        return now.method
    return families.method(now.spec, now.likelihood if families.generalised(now.spec) else now.method)


def refit() -> None:
    """Fits the chosen model unless it is kept. Raises what core says; the last good fit then stays."""
    now = current()
    if now.table is None or now.spec is None:
        return
    change(shown=fitted(now.spec, method_chosen(now)))
