"""Work in another process in words: where it stands, how far it is, how long it will take."""

from dashboard.jobs.job import JobState, Status


def standing(seen: JobState) -> str:
    """Returns '412 of 1,000 fits · about 8 seconds left', or what it waits for."""
    if seen.status is Status.QUEUED:
        return f"Waiting: {seen.before:,} before this" if seen.before else "Starting"
    if not seen.total:
        return seen.what or "Starting"
    parts = [f"{seen.done:,} of {seen.total:,} {seen.what}"]
    parts += [f"{_count(value)} {_name(name, value)}" for name, value in seen.notes.items()]
    if seen.seconds_left is not None and seen.done < seen.total:
        parts.append(left(seen.seconds_left))
    return " · ".join(parts)


def left(seconds: float) -> str:
    """Returns 'about 8 seconds left', no finer than such a guess is."""
    if seconds < 1.5:
        return "about a second left"
    if seconds < 90:
        step = 1 if seconds < 10 else 5
        return f"about {step * round(seconds / step)} seconds left"
    return f"about {round(seconds / 60)} minutes left"


def share(seen: JobState) -> float:
    """Returns how much is done, from 0 to 1."""
    return min(seen.done / seen.total, 1.0) if seen.total > 0 else 0.0


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _name(name: str, value: float) -> str:
    words = name.replace("_", " ")
    return words.removesuffix("s") if value == 1 else words
