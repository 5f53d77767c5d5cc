"""Work that takes seconds or minutes: asked for by a button, done in another process as the pages go on."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core.result.fit import Fit
from core.result.sent import result_from_bytes
from core.result.store import fit_from_bytes, fit_to_bytes
from core.spec.model import columns_used
from core.table.sent import table_to_bytes
from core.table.table import Table
from dashboard import actions, state
from dashboard.components import job_panel
from dashboard.components.job_panel import Ways
from dashboard.jobs.frames import Frame
from dashboard.jobs.job import JobState, Status
from dashboard.jobs.limits import QueueFull

Key = tuple[object, ...]
# Seconds between two looks at work that goes on.
PACE = 0.5


def worked(
    key: Key,
    label: str,
    make: Callable[[], Frame],
    *,
    read: Callable[[Frame], Any] | None = None,
    help: str = "",
    cancel: Callable[[], None] | None = None,
) -> Any:
    """Returns the result of the work named by the key's first part, once it was asked for and is done.

    Before that shows the button; meanwhile how far it is, with Cancel; then what went wrong, if it did. It
    goes on when the page is left and is found again by its key. `make` gives the payload when its turn
    comes, `read` the result from the answer; `cancel` does more than take this work back.
    """
    name = "_".join(str(part) for part in key[:2])
    if key not in state.current().wanted:
        st.button(label, key=f"want_{name}", on_click=actions.want, args=(key,), help=help or None)
        return None
    ways = Ways(label, cancel or partial(actions.unwant, key), partial(state.end_job, key))
    try:
        seen = _begun(key, make)
    except QueueFull as error:
        with job_panel.place():
            job_panel.refused(str(error), name, ways)
        return None
    if seen.result is not None:
        answer = seen.result
        return state.kept(key, lambda: (read or _result)(answer))
    with job_panel.place():
        if seen.status.active:
            _follow(key, name, ways)
        else:
            job_panel.refused(seen.sentence, name, ways)
    return None


def _begun(key: Key, make: Callable[[], Frame]) -> JobState:
    """What is seen of the work, which begins unless it did before: what failed is begun by a click alone."""
    seen = state.job(key)
    if seen is None or seen.status is Status.CANCELLED:
        state.begin_job(key, str(key[0]), make)
        seen = state.job(key)
    assert seen is not None
    return seen


@st.fragment(run_every=PACE)
def _follow(key: Key, name: str, ways: Ways) -> None:
    """Shows the work as it goes on; once it has ended the whole page is drawn anew, and this is not."""
    seen = state.job(key)
    if key in state.current().wanted and seen is not None and seen.status.active:
        job_panel.running(seen, name, ways)
    else:
        st.rerun()


def sent(fit: Fit, table: Table | None = None, *, also: tuple[str, ...] = (), **options: object) -> Frame:
    """Returns the payload of work on a fit, and on the columns of its table that it uses and `also` names."""
    blobs = {"fit": fit_to_bytes(fit)}
    if table is not None:
        blobs["table"] = table_to_bytes(table, tuple(dict.fromkeys((*columns_used(fit.spec), *also))))
    return Frame(options, blobs)


def fit_of(answer: Frame) -> Fit:
    """Returns the fit that work such as sampling gave; for `read`."""
    return fit_from_bytes(answer.blobs["fit"])


def _result(answer: Frame) -> Any:
    return result_from_bytes(answer.blobs["result"])
