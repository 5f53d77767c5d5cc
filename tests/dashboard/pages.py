"""The app as a test drives it: open, load, look."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest

PAGES = (
    "views/data.py",
    "views/model.py",
    "views/groups.py",
    "views/pooling.py",
    "views/tiers.py",
    "views/what_if.py",
    "views/quality.py",
)
APP = "dashboard/app.py"


def opened(root: Any, sample: str | None = "retail_panel", page: str = "views/data.py") -> AppTest:
    """Returns the app after its first run, with a sample from the address unless None, on a page."""
    app = AppTest.from_file(str(root / APP), default_timeout=60)
    if sample is not None:
        app.query_params["sample"] = sample
    app.run()
    return app if page == PAGES[0] else go(app, page)


def go(app: AppTest, page: str) -> AppTest:
    """Returns the app after a change of page."""
    return app.switch_page(page).run()


def upload(app: AppTest, name: str, content: bytes, key: str = "first_upload") -> AppTest:
    """Returns the app after a file was dropped."""
    return app.file_uploader(key=key).upload(name, content, "application/octet-stream").run()


def apply_formula(app: AppTest, text: str) -> AppTest:
    """Returns the app after a formula was typed and applied."""
    app.text_area(key="formula").set_value(text)
    return app.button(key="apply_formula").click().run()


def title(app: AppTest) -> str:
    """Returns the page's headline."""
    return app.title[0].value


def chosen(app: AppTest) -> Any:
    """Returns the state behind the page."""
    return app.session_state["panelwise"]


def figures(app: AppTest) -> list[dict[str, Any]]:
    """Returns the specification of every chart on the page."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def words(app: AppTest) -> str:
    """Returns every piece of text on the page."""
    kinds = (app.title, app.header, app.markdown, app.caption, app.error)
    return "\n".join(element.value for kind in kinds for element in kind)
