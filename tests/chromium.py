"""Make sure that there is a Chromium for the browser tests: the system's, else Debian's package, else Playwright's."""

import os
import shutil
import subprocess
import sys

SHELL = "chromium-headless-shell"
"""Debian's Chromium without windows; it spares the tests a third of a browser's work."""

NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = ("apt-get", "install", "-y", "-q", "-o", "DPkg::Lock::Timeout=300", "--no-install-recommends")


def system_chromium() -> str | None:
    """The path of a Chromium or Chrome that this computer has, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> None:
    """Install one where there is none. Debian and Ubuntu as root use their packages, the one without windows first."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get") and not shutil.which(SHELL):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], check=False, env=environment)
        for package in (SHELL, "chromium"):
            if package == SHELL or not system_chromium():
                subprocess.run([*INSTALL, package, "fonts-dejavu-core"], check=False, env=environment)
    if not system_chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    install()
