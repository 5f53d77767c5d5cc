"""Work that takes seconds: asked for by a button, with progress and a way out; its result is kept."""

from collections.abc import Callable

import streamlit as st

from dashboard import actions, state

Done = Callable[[int], None]


def worked[T](
    key: tuple[object, ...], label: str, what: str, total: int, make: Callable[[Done], T], help: str = ""
) -> T | None:
    """Returns what `make` gives, once it was asked for; before that shows the button alone.

    `make` is told whom to tell how many of `total` are done; `what` names them. Any other click ends it too,
    and it begins anew when the page comes back, unless it was cancelled.
    """
    now = state.current()
    name = "_".join(str(part) for part in key[:2])
    if key not in now.wanted:
        st.button(label, key=f"want_{name}", on_click=actions.want, args=(key,), help=help or None)
        return None
    if key in now.finished:
        return state.kept(key, lambda: make(lambda count: None))
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text=f"0 of {total:,} {what}")
        st.button("Cancel", key=f"cancel_{name}", on_click=actions.unwant, args=(key,))
    found = make(
        lambda count: bar.progress(min(count / total, 1.0), text=f"{count:,} of {total:,} {what}") and None
    )
    place.empty()
    state.change(finished=state.current().finished | {key})
    return state.kept(key, lambda: found)
