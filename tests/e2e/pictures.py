"""Pictures of whole pages for people to look at, in screenshots/ at the root (git leaves it out)."""

from collections.abc import Sequence
from pathlib import Path

from tests.e2e.app import App

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
DESK = (1280, 800)
SIZES = ((390, 844), (1920, 1080), DESK)  # the desk last, because the test goes on there
TALL = 3000  # a window that holds a whole page; a phone's is longer
# The height of what is on the page, once nothing has moved and every chart has the width of its place for
# two looks in a row; until then nothing.
STILL = """() => {
  const parts = [...document.querySelectorAll('[data-testid=stMainBlockContainer] > *')];
  const height = Math.ceil(Math.max(...parts.map(e => e.getBoundingClientRect().bottom)));
  const plots = [...document.querySelectorAll('.js-plotly-plot')].filter(e => e.clientWidth);
  const fit = plots.every(e => Math.abs(e.querySelector('.main-svg').clientWidth - e.clientWidth) < 2);
  const seen = JSON.stringify([innerWidth, innerHeight, height, fit]);
  window.looks = fit && seen === window.lastSeen ? (window.looks || 0) + 1 : 0;
  window.lastSeen = seen;
  return window.looks >= 2 ? height : null;
}"""


def take(app: App, name: str, theme: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
    """Saves the whole page at these sizes, as screenshots/<name>-<theme>-<width>.png."""
    FOLDER.mkdir(exist_ok=True)
    page = app.page
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": TALL if width > 640 else 3 * TALL})
        bottom = page.wait_for_function(STILL, polling=80).json_value() + 48
        shown = {"x": 0, "y": 0, "width": width, "height": max(height, bottom)}
        page.screenshot(path=FOLDER / f"{name}-{theme}-{width}.png", clip=shown)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
