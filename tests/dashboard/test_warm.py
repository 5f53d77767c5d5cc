"""What is settled when the server starts: numpy's threads, and the imports that the first fit needs."""

import subprocess
import sys
from pathlib import Path

from dashboard import warm

ORDER = """
import sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            import os
            print(os.environ.get("OPENBLAS_NUM_THREADS"))
sys.meta_path.insert(0, Watch())
import {module}
"""


def test_numpy_meets_one_thread_however_the_app_is_started(root: Path) -> None:
    for module in ("dashboard.__main__, core", "dashboard.app"):
        asked = [sys.executable, "-c", ORDER.format(module=module)]
        done = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["1"], module


def test_the_warm_up_runs_once_in_a_process() -> None:
    assert warm.start() is warm.start()


LATE = """
import sys
from dashboard import warm
warm.start().join()
import core
before = set(sys.modules)
core.tiers(core.fit(core.read_sample("retail_panel"), "sales ~ youtube + (1 + youtube | store)"), "youtube")
print(*(name for name in set(sys.modules) - before if name.split(".")[0] in ("core", "scipy", "numpy")))
"""


def test_after_the_warm_up_a_fit_loads_nothing(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LATE], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_no_rule_searches_the_page_for_what_an_element_holds(root: Path) -> None:
    """Each measurement of a plotly label makes the browser run such rules over the whole page again."""
    rules = (root / "dashboard/style.css").read_text().split("*/")
    assert not any(":has(" in rule.split("/*")[0] for rule in rules)
