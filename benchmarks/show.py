"""Timings as tables of plain text."""

from benchmarks.timing import Timing

AGREED = 1e-6


def print_timings(title: str, timings: list[Timing]) -> None:
    """Prints median, fastest and slowest, the ratio to the first engine and the distance to the best fit."""
    best = max(t.log_likelihood for t in timings if t.log_likelihood == t.log_likelihood)
    yardstick = timings[0].median
    width = max(len(t.name) for t in timings)
    print(
        f"\n{title}\n{'':{width}}   median     fastest    slowest    x first   below the best log-likelihood"
    )
    for t in timings:
        if not t.seconds:
            print(f"{t.name:{width}}   stopped at the time limit")
            continue
        below = (best - t.log_likelihood) / abs(best)
        verdict = "agrees" if below <= AGREED else "DOES NOT AGREE"
        print(
            f"{t.name:{width}}  {_seconds(t.median)} {_seconds(min(t.seconds))} {_seconds(max(t.seconds))}"
            f"  {t.median / yardstick:8.2f}   {below:.1e} {verdict}"
        )


def print_refits(timings: list[Timing]) -> None:
    """Prints refits that differ in rows only; there is nothing to agree on."""
    print("\nRefit after a changed slope, equal groups: does it grow with the rows?")
    for t in timings:
        print(f"{t.name:44} {_seconds(t.median)} {t.median / timings[0].median:8.2f} x first")


def _seconds(value: float) -> str:
    return f"{value:8.4f} s" if value < 10 else f"{value:8.1f} s"
