"""One server and one browser for all of these tests; a fresh session, watched for faults, for each."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e import server as serving
from tests.e2e.app import PATIENCE, App
from tests.e2e.browser import find_chromium, watch
from tests.e2e.server import Server

SECONDS = pytest.StashKey[dict[str, float]]()
DESK = {"width": 1280, "height": 800}
NewApp = Callable[..., App]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test of this folder."""
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the app while the tests of this folder run, and checks that it ends when asked to."""
    running = serving.start(tmp_path_factory.mktemp("server") / "terminal.txt")
    yield running
    assert running.process.poll() is None, f"The app ended by itself.\n{running.said()}"
    assert serving.stop(running) == 0, f"The app did not end well.\n{running.said()}"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Opens the installed Chromium. Playwright's loop runs in this thread, so it ends with this folder."""
    path = find_chromium()
    if path is None:
        pytest.skip("No Chromium is installed, so the app cannot be driven; make test installs one.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path)
        yield opened
        opened.close()


@pytest.fixture
def new_app(chromium: Browser, server: Server) -> Iterator[NewApp]:
    """Gives a function that opens a new tab in a context of its own; options as of a browser context.

    At the end the test fails if the page reported any fault, or the app printed a traceback.
    """
    host, begin = urlsplit(server.address).netloc, server.log.stat().st_size
    contexts, faults = [], []

    def open_app(**options: object) -> App:
        context = chromium.new_context(**({"viewport": DESK, "reduced_motion": "reduce"} | options))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page, host, faults)
        return App(page, server.address)

    yield open_app
    shown = [p.get_by_test_id("stException").all_inner_texts() for c in contexts for p in c.pages]
    for context in contexts:
        context.close()
    assert not any(shown), f"An exception was shown: {shown}"
    assert not faults, "\n".join(faults)
    assert "Traceback" not in server.said(begin), server.said(begin)


@pytest.fixture
def app(new_app: NewApp) -> App:
    """Gives one tab at 1280 x 800 in light mode; nothing is opened in it yet."""
    return new_app(color_scheme="light")


@pytest.fixture
def report_seconds(request: pytest.FixtureRequest) -> Callable[[str, float], None]:
    """Gives a function that has a measured time printed at the end of the run. No test asserts one."""
    measured = request.config.stash.setdefault(SECONDS, {})

    def report(what: str, seconds: float) -> None:
        measured[what] = seconds

    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the times measured in the browser."""
    for what, seconds in config.stash.get(SECONDS, {}).items():
        terminalreporter.write_line(f"{what}: {seconds:.2f} s")
