"""Timings as tables of plain text."""

from benchmarks.timing import Timing

AGREED = 1e-6


def print_timings(title: str, timings: list[Timing]) -> None:
    """Prints clock and processor seconds, ratios to the first engine and the distance to the best fit."""
    best = max(t.log_likelihood for t in timings if t.log_likelihood == t.log_likelihood)
    first = timings[0]
    width = max(len(t.name) for t in timings)
    print(f"\n{title}")
    print(
        f"{'':{width}}      median   x first     fastest   processor   x first  below the best log-likelihood"
    )
    for t in timings:
        if not t.seconds:
            print(f"{t.name:{width}}  stopped at the time limit")
            continue
        below = (best - t.log_likelihood) / abs(best)
        clock, processor = t.median / first.median, t.processor_median / first.processor_median
        print(
            f"{t.name:{width}}  {_seconds(t.median)} {clock:8.2f} {_seconds(min(t.seconds))}"
            f" {_seconds(t.processor_median)} {processor:8.2f}"
            f"  {below:.0e} {'agrees' if below <= AGREED else 'DOES NOT AGREE'}"
        )


def print_refits(timings: list[Timing]) -> None:
    """Prints refits that differ in rows only; there is nothing to agree on."""
    print("\nRefit after a changed slope, equal groups: does it grow with the rows?")
    for t in timings:
        clock, processor = t.median / timings[0].median, t.processor_median / timings[0].processor_median
        print(f"{t.name:48} {_seconds(t.median)}, {clock:.2f} x first; processor {processor:.2f} x first")


def _seconds(value: float) -> str:
    return f"{value:8.4f} s" if value < 10 else f"{value:8.1f} s"
