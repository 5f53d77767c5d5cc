"""What axe-core finds on a page that is ours to mend."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


@dataclass(frozen=True, slots=True)
class Theirs:
    """A fault in Streamlit's or plotly's own markup, which no call of ours changes: rule, where, and why."""

    rule: str
    selector: str
    reason: str


THEIRS: tuple[Theirs, ...] = ()


def faults(page: Page) -> list[str]:
    """Returns each grave fault of ours as its rule, what axe says about it, and the element."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not any(_theirs(page, each, rule["id"], node["target"][-1]) for each in THEIRS)
    ]


def _theirs(page: Page, each: Theirs, rule: str, target: str) -> bool:
    if each.rule != rule:
        return False
    return bool(page.locator(target).first.evaluate("(e, css) => e.matches(css)", each.selector))
