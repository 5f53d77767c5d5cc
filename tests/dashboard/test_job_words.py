"""What the panel says of work in another process."""

import pytest

from dashboard import job_words
from dashboard.jobs.job import JobState, Progress, Status


def state(status: Status = Status.RUNNING, **fields: object) -> JobState:
    return JobState("id", "bootstrap", status, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (state(Status.QUEUED, before=2), "Waiting: 2 before this"),
        (state(Status.QUEUED), "Starting"),
        (state(), "Starting"),
        (state(done=412, total=1000, what="fits"), "412 of 1,000 fits"),
        (
            state(done=2400, total=6000, what="draws", notes={"divergences": 1}, seconds_left=7.7),
            "2,400 of 6,000 draws · 1 divergence · about 8 seconds left",
        ),
        (
            state(done=1, total=6000, what="draws", notes={"divergences": 1200}, seconds_left=200.0),
            "1 of 6,000 draws · 1,200 divergences · about 3 minutes left",
        ),
        (state(done=10, total=10, what="fits", seconds_left=0.0), "10 of 10 fits"),
    ],
)
def test_where_work_stands(seen: JobState, says: str) -> None:
    assert job_words.standing(seen) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0.2, "a second"), (1.6, "2 seconds"), (13.0, "15 seconds"), (89.0, "90 seconds"), (91.0, "2 minutes")],
)
def test_the_time_left_is_no_finer_than_a_guess(seconds: float, says: str) -> None:
    assert job_words.left(seconds) == f"about {says} left"


def test_the_pace_is_that_of_the_present_step() -> None:
    at = Progress().moved(0, 5, "models compiled", {}, now=10.0).moved(5, 5, "models compiled", {}, now=20.0)
    at = at.moved(100, 1100, "draws", {}, now=21.0)
    assert at.seconds_left(22.0) is None  # a second says too little
    at = at.moved(600, 1100, "draws", {}, now=26.0)
    assert at.seconds_left(26.0) == pytest.approx(5.0)  # 500 draws took 5 seconds, 500 are left
    assert at.moved(100, 1100, "draws", {}, now=27.0).seconds_left(27.0) is None
