"""The `panelwise` command: serves the app on this machine and opens it in the browser.

The app starts with a sample on the table; the address carries its key, so the page can be bookmarked.
"""

import argparse
import os
import socket
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
FIRST_PORT = 8501
ADDRESS = (
    "127.0.0.1"  # also in .streamlit/config.toml, which is not read when Panelwise is installed elsewhere
)


def main(arguments: list[str] | None = None) -> None:
    """Serves the app until it is interrupted; `arguments` as on the command line."""
    asked = parser().parse_args(arguments)
    port = asked.port or free_port()
    query = f"?{urlencode({'sample': asked.sample})}" if asked.sample else ""
    url = f"http://{ADDRESS}:{port}/{query}"
    print(f"Panelwise is at {url}  (Ctrl+C ends it)", flush=True)
    if asked.browser and has_screen():
        threading.Thread(target=open_when_ready, args=(port, url), daemon=True).start()
    serve(port)


def parser() -> argparse.ArgumentParser:
    """Returns the command's options."""
    options = argparse.ArgumentParser(prog="panelwise", description="Open Panelwise in the browser.")
    options.add_argument("--port", type=int, help="where to serve (default: the first free one from 8501)")
    options.add_argument(
        "--sample", default="retail_panel", help="sample to open with (default: retail_panel)"
    )
    options.add_argument("--empty", dest="sample", action="store_const", const="", help="open with no data")
    options.add_argument("--no-browser", dest="browser", action="store_false", help="print the address only")
    return options


def free_port() -> int:
    """Returns the first port from 8501 that nothing listens on."""
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            if probe.connect_ex((ADDRESS, port)) != 0:
                return port
    sys.exit(f"No port from {FIRST_PORT} to {FIRST_PORT + 99} is free. Choose one with --port.")


def has_screen() -> bool:
    """Returns whether a browser window can open here: not over a plain connection, not in a test run."""
    if "CI" in os.environ:
        return False
    return sys.platform in ("darwin", "win32") or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def open_when_ready(port: int, url: str) -> None:
    """Opens the address once the server answers; gives up after a minute."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=1):
                webbrowser.open(url)
                return
        except OSError:
            time.sleep(0.5)


def serve(port: int) -> None:
    """Runs Streamlit in this process, with the settings of .streamlit/config.toml.

    Streamlit reads that file from the working directory: the project's folder in a checkout, or the package's
    own when it was installed.
    """
    os.chdir(HERE if (HERE / ".streamlit").is_dir() else HERE.parent)
    from streamlit.web.cli import main as streamlit

    from dashboard import warm

    warm.start()  # after Streamlit, which trips over a pandas that another thread has half imported
    options = ["--server.port", str(port), "--server.address", ADDRESS, "--server.headless", "true"]
    streamlit(["run", str(HERE / "app.py"), *options], prog_name="streamlit")


if __name__ == "__main__":
    main()
