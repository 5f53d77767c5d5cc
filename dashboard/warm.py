"""What the first fit needs, loaded while nobody waits: imports and one tiny fit. No streamlit in it."""

import threading
from functools import cache


@cache
def start() -> threading.Thread:
    """Returns the thread that warms this process up; however often it is asked, it runs once."""
    thread = threading.Thread(target=warm_up, name="warm-up", daemon=True)
    thread.start()
    return thread


def warm_up() -> None:
    """Imports what core imports late, by walking the road from a table to tiers once."""
    import core

    rows = [
        (shop, x, 3 * shop + (1 + shop) * x + (shop * x) % 3, (shop + x) % 2)
        for shop in range(4)
        for x in range(5)
    ]
    table = core.read_table(b"shop,x,y,yes\n" + b"".join(b"s%d,%d,%d,%d\n" % row for row in rows), name="")
    core.tiers(core.fit(table, "y ~ x + (1 + x | shop)"), slope="x", n_tiers=2, seed=0)
    core.fit(table, "yes ~ x", family="binomial")
