"""What a phone loads before its first tap, side by side with a one-button notebook in plain Voilà.

Each run opens a fresh Chromium profile with an empty cache. The two pages take turns, so that whatever else the
computer does meets both.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Browser, BrowserContext, CDPSession
from running import Workshop, chromium, deck, free_port, table, workshop

from kit.room import open_stage
from kit.session import Names, Session
from kit.store.store import Store

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
PHONE_READY = """() => document.querySelector('[data-status="saved"]')
    && document.querySelector('input[type="radio"][data-item]')?.checkVisibility() && performance.now()"""
NOTEBOOK_READY = """() => [...document.querySelectorAll('button.jupyter-button')]
    .some((button) => button.checkVisibility()) && performance.now()"""
NOTEBOOK = "import ipywidgets\nipywidgets.Button(description='Done')"


@dataclass
class Load:
    """What one visit cost.

    Attributes:
        size_bytes: Over the wire, with response headers; of WebSockets the messages that came.
        hosts: Every host that was asked.
    """

    size_bytes: float = 0
    requests: int = 0
    hosts: set[str] = field(default_factory=set)
    ready_seconds: float = 0

    def listen(self, cdp: CDPSession) -> None:
        """Count what the browser's network panel shows."""
        cdp.on("Network.requestWillBeSent", lambda event: self._asked(event["request"]["url"]))
        cdp.on("Network.webSocketCreated", lambda event: self._asked(event["url"]))
        cdp.on("Network.loadingFinished", lambda event: self._came(event["encodedDataLength"]))
        cdp.on(
            "Network.webSocketHandshakeResponseReceived",
            lambda event: self._came(len(event["response"].get("headersText", ""))),
        )
        cdp.on(
            "Network.webSocketFrameReceived",
            lambda event: self._came(len(event["response"]["payloadData"].encode())),
        )
        cdp.send("Network.enable")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob"):
            self.requests += 1
            self.hosts.add(parts.netloc)

    def _came(self, size_bytes: float) -> None:
        self.size_bytes += size_bytes


def load(context: BrowserContext, address: str, ready: str) -> Load:
    """Open a page in a profile that has never seen it, until it can be used."""
    measured = Load()
    page = context.new_page()
    measured.listen(context.new_cdp_session(page))
    page.goto(address, wait_until="commit")
    measured.ready_seconds = page.wait_for_function(ready, polling="raf", timeout=120_000).json_value() / 1000
    page.wait_for_load_state("load")
    context.close()
    return measured


def load_phone(browser: Browser, server: Workshop, store: Store, session: Session) -> Load:
    """The page of somebody who has a seat and opens it in the sort."""
    context = browser.new_context(**PHONE)
    _participant, secret = store.join(session.id, "")
    context.add_cookies([{"name": f"kit-seat-{session.code}", "value": secret, "url": server.url}])
    return load(context, f"{server.url}/join/{session.code}", PHONE_READY)


@contextmanager
def voila(folder: Path) -> Iterator[str]:
    """Plain Voilà with a notebook of one button. Yields its address."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(NOTEBOOK)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path = folder / "button.ipynb"
    nbformat.write(notebook, path)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "voila", str(path), f"--port={port}", "--no-browser", "--Voila.ip=127.0.0.1"],
        env=os.environ | {"JUPYTER_CONFIG_DIR": str(folder), "PYTHONUNBUFFERED": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in process.stderr or ():
        if f":{port}/" in line:
            break
    yield f"http://127.0.0.1:{port}/"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def report(name: str, loads: list[Load]) -> list[object]:
    """One row of the table: medians of all runs."""
    others = {host for one in loads for host in one.hosts if not host.startswith("127.0.0.1:")}
    return [
        name,
        f"{median(one.size_bytes for one in loads) / 1000:.1f}",
        f"{median(one.requests for one in loads):.0f}",
        ", ".join(sorted(others)) or "none",
        f"{median(one.ready_seconds for one in loads):.2f}",
        f"{min(one.ready_seconds for one in loads):.2f} to {max(one.ready_seconds for one in loads):.2f}",
    ]


def main() -> None:
    """Measure both pages in turns and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    phones: list[Load] = []
    notebooks: list[Load] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        workshop(Path(folder)) as (server, store),
        voila(Path(folder)) as button,
        # No other host can be found, for both pages, so that none can slow one of them down.
        chromium("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser,
    ):
        session = store.create_session("Page weight", Names.OFF)
        open_stage(store, session, deck(), "sort")
        for _run in range(options.runs):
            phones.append(load_phone(browser, server, store, session))
            notebooks.append(load(browser.new_context(), button, NOTEBOOK_READY))
    columns = ("page", "KB", "requests", "other hosts", "ready after, s", "from … to, s")
    print(table(columns, [report("phone", phones), report("one-button notebook", notebooks)]))
    ratio = median(
        phone.ready_seconds / notebook.ready_seconds
        for phone, notebook in zip(phones, notebooks, strict=True)
    )
    print(f"\nMedian of the pairs' ratios: 1/{1 / ratio:.1f}")


if __name__ == "__main__":
    main()
