"""The installed Chromium, and what a page says is wrong with it while a test drives it."""

import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, Response

# As in .ci/bootstrap.py, which installs one where none is found.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# Streamlit's own: opened at /model, its front end first asks /model/_stcore/... whether the server lives
# below that folder, is told 404, and then asks /_stcore/...; no setting of ours stops the first question.
SEARCH = re.compile(r"://[^/]+/(model|groups|pooling|tiers|what-if|quality)/_stcore/(health|host-config)$")


def find_chromium() -> str | None:
    """Returns the path of a Chromium or Chrome, None when there is none."""
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path), str(MAC) if MAC.exists() else None)


def watch(page: Page, host: str, faults: list[str]) -> None:
    """Adds to `faults` what no page of ours may do: errors, dialogs, requests that fail or leave `host`."""

    def said(message: ConsoleMessage) -> None:
        if message.type == "error" and not SEARCH.search(message.location["url"]):
            faults.append(f"console error: {message.text}")

    def asked(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def requested(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != host:
            faults.append(f"request to another machine: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400 and not SEARCH.search(response.url):
            faults.append(f"status {response.status} for {response.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"uncaught error: {error}"))
    page.on("dialog", asked)
    page.on("request", requested)
    page.on("response", answered)
