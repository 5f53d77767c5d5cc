"""The app as its user meets it: pages, pickers, charts and downloads by the names on the screen."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Download, Locator, Page, expect

PATIENCE = 30_000  # milliseconds; the machine may be busy with other work
# The script has ended, nothing on the page is of an earlier run, and no part of it waits for its code: three
# looks in a row, because a click takes a moment to become a run.
SETTLED = """() => {
  const calm =
    document.querySelector('[data-test-script-state=notRunning][data-test-connection-state=CONNECTED]')
    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]');
  window.calmLooks = calm ? (window.calmLooks || 0) + 1 : 0;
  return window.calmLooks >= 3;
}"""

# Brings the dot of a group to the middle of the window and gives its place there; nothing while it is not
# drawn.
# The way from data to pixels is plotly's own.
DOT = """(figure, level) => {
  const plot = figure.querySelector('.js-plotly-plot');
  for (const trace of plot?._fullData || []) {
    const at = (trace.customdata || []).findIndex(c => (Array.isArray(c) ? c[0] : c) === level);
    if (at < 0) continue;
    const axis = name => plot._fullLayout[name[0] + 'axis' + name.slice(1)];
    const x = axis(trace.xaxis), y = axis(trace.yaxis);
    const place = () => {
      const frame = plot.getBoundingClientRect();
      return {x: frame.left + x._offset + x.d2p(trace.x[at]), y: frame.top + y._offset + y.d2p(trace.y[at])};
    };
    document.querySelector('[data-testid=stMain]').scrollBy(0, place().y - innerHeight / 2);
    return place();
  }
  return null;
}"""


class App:
    """One browser tab with Panelwise in it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, path: str = "", query: Mapping[str, str] | None = None) -> None:
        """Goes to an address, as from a bookmark: a new session starts."""
        self.page.goto(f"{self.address}/{path}{'?' + urlencode(query) if query else ''}")
        self.settle()

    def settle(self) -> None:
        """Waits until the app has drawn everything it has to say."""
        self.page.evaluate("() => { window.calmLooks = 0 }")
        self.page.wait_for_function(SETTLED, timeout=PATIENCE, polling=50)

    def link(self, path: str) -> Locator:
        """Returns the link to a page in the page list, by its address: '' is Data."""
        return self.page.locator(f'[data-testid^=st][data-testid$=NavLink][href$="/{path}"]')

    def go(self, path: str) -> None:
        """Follows the link in the page list, unfolding it on a phone; the session goes on."""
        unfold = self.page.get_by_test_id("stExpandSidebarButton")
        if unfold.is_visible():
            unfold.click()
        self.link(path).click(timeout=PATIENCE)
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.address)}/{path}(\?.*)?$"))
        expect(self.link(path)).to_have_attribute("aria-current", "page")
        if (fold := self.page.get_by_role("button", name="Collapse sidebar")).is_visible():
            fold.click()  # Streamlit leaves it open over the page
        self.settle()

    def follow(self, step: str, path: str) -> None:
        """Follows a page's link to the next step."""
        self.page.get_by_role("link", name=step).first.click(timeout=PATIENCE)
        expect(self.page).to_have_url(re.compile(rf"^{re.escape(self.address)}/{path}(\?.*)?$"))
        expect(self.link(path)).to_have_attribute("aria-current", "page")
        self.settle()

    def sample(self, title: str = "Retail panel") -> None:
        """Opens a sample by its card."""
        self.page.get_by_role("button", name=f"Open {title.lower()}").click(timeout=PATIENCE)
        expect(self.bar).to_be_visible(timeout=PATIENCE)
        self.settle()

    def drop(self, file: Path) -> None:
        """Puts a file into the uploader that is on the page, or behind "Other data"."""
        chooser = self.page.get_by_test_id("stFileUploaderDropzoneInput").last
        self.settle()
        if self.bar.is_visible() and chooser.count() == 0:
            self.page.get_by_role("button", name="Other data").click()
        chooser.set_input_files(str(file), timeout=PATIENCE)

    @property
    def bar(self) -> Locator:
        """Returns the slim bar with data and formula."""
        return self.page.locator(".st-key-model_bar")

    @property
    def headline(self) -> Locator:
        """Returns the page's one big sentence."""
        return self.page.get_by_role("heading", level=1)

    def figure(self, label: str) -> Locator:
        """Returns one of the (at most four) figures under the headline, by its label."""
        return self.page.locator("[class*=st-key-figure_]").filter(has_text=label)

    def chart(self, alt: str) -> Locator:
        """Returns a chart by the beginning of its text alternative."""
        return self.page.get_by_role("figure", name=re.compile("^" + re.escape(alt)))

    def combobox(self, label: str) -> Locator:
        """Returns the box of a list, by its label; its value is what is chosen in a list of one."""
        return self.page.get_by_role("combobox", name=label, exact=True)

    def pick(self, label: str, option: str) -> None:
        """Chooses from a list (adds to a list of several)."""
        box = self.combobox(label)
        # A reader scrolls a list into view first: one that the window cuts closes as it opens.
        box.evaluate("box => box.scrollIntoView({block: 'center'})")
        box.click(timeout=PATIENCE)
        box.fill(option)
        self.page.get_by_role("option", name=option, exact=True).click(timeout=PATIENCE)
        self.settle()

    def choose_all(self, label: str, *options: str) -> None:
        """Makes these the choices of a list of several, in this order."""
        self.page.get_by_role("group").filter(has=self.combobox(label)).get_by_role(
            "button", name="Clear all"
        ).click()
        self.settle()
        for option in options:
            self.pick(label, option)
        self.combobox(label).press("Escape")

    def pill(self, name: str) -> Locator:
        """Returns the pill that lets a predictor's slope differ by group."""
        return self.page.get_by_role("toolbar", name=re.compile("^Slopes that differ")).get_by_role(
            "button", name=name, exact=True
        )

    def slopes(self, *names: str) -> None:
        """Makes these the slopes that differ by group."""
        pills = self.page.get_by_role("toolbar", name=re.compile("^Slopes that differ")).get_by_role("button")
        expect(pills.first).to_be_visible()
        for name in pills.all_inner_texts():
            pill = self.pill(name)
            if (pill.get_attribute("aria-pressed") == "true") is not (name in names):
                pill.click()
                varies = expect(self.bar)
                follows = varies.to_contain_text if name in names else varies.not_to_contain_text
                follows(re.compile(rf"\(1[^|]*{re.escape(name)}"))
                self.settle()

    @property
    def formula(self) -> Locator:
        """Returns the box with the formula, unfolded."""
        box = self.page.get_by_role("textbox", name="Formula")
        if not box.is_visible():
            self.page.locator("summary").filter(has_text="Formula").click(timeout=PATIENCE)
        expect(box).to_be_visible(timeout=PATIENCE)
        return box

    def type_formula(self, text: str) -> None:
        """Replaces the formula, applies it, and waits until it is the model or its fault is shown."""
        box = self.formula
        box.fill(text)
        box.press("Control+Enter")
        expect(self.bar.get_by_text(text).or_(self.page.get_by_role("alert")).first).to_be_visible()
        self.settle()

    def download(self, button: str) -> Download:
        """Returns what a download button gives."""
        with self.page.expect_download(timeout=PATIENCE) as caught:
            self.page.get_by_role("button", name=button).click(timeout=PATIENCE)
        return caught.value

    def click_group(self, alt: str, level: str) -> None:
        """Clicks the dot of a group in a chart."""
        found = self.page.wait_for_function(
            f"figure => ({DOT})(figure, {json.dumps(level)})", arg=self.chart(alt).element_handle()
        )
        place = found.json_value()
        self.page.mouse.move(place["x"] + 3, place["y"])
        self.page.mouse.move(place["x"], place["y"])
        self.page.mouse.click(place["x"], place["y"])
        self.settle()
