"""What every test shares: where the reference figures are, how hypothesis draws, and what NumPy reports."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# No deadline: a first call compiles or imports, which says nothing about the code under test. In CI the same
# examples are drawn every time, so that a red run can be run again.
settings.register_profile("local", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("ci" if "CI" in os.environ else "local")

# No worker begins, and nothing is compiled, before a test asks for work; so too in processes tests start.
os.environ.setdefault("PANELWISE_AHEAD", "0")

# Reported as warnings, which pytest turns into errors: a division by zero or an overflow that nobody meant
# fails the test. Underflow to zero is ordinary in densities.
np.seterr(divide="warn", over="warn", invalid="warn", under="ignore")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Returns the folder of reference figures that lies beside the project, or skips.

    It holds published tables and other packages' figures for them, which are not ours to ship. Another place
    can be named in PANELWISE_SHARED.
    """
    folder = Path(os.environ.get("PANELWISE_SHARED", ROOT.parent / "shared"))
    if not (folder / "reference").is_dir():
        pytest.skip(f"No reference figures at {folder}; name their folder in PANELWISE_SHARED.")
    return folder
