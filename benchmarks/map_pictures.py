"""Pictures of the map of internal customers at 5, 15 and 30 roles, light and dark, for ``docs/``."""

import argparse
import shutil
from pathlib import Path

from map import a_map, whole_page
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
SIZES = ((5, 9), (15, 34), (30, 80))
NAMES = ("chromium", "chromium-browser", "google-chrome")


def document(roles: int, links: int) -> str:
    """A page with one map and our stylesheet."""
    style = (ROOT / "kit" / "static" / "kit.css").read_text(encoding="utf-8")
    shown = whole_page(a_map(roles, links))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Map</title>'
        f'<meta name="color-scheme" content="light dark"><style>{style} .picks,details,legend{{display:none!important}}'
        ".kit main{max-width:60rem!important}</style></head>"
        f'<body class="kit-page"><div class="kit"><main>{shown}</main></div></body></html>'
    )


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs")
    into = parser.parse_args().into
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            page = browser.new_page(viewport={"width": 1000, "height": 760}, color_scheme=scheme)
            for roles, links in SIZES:
                page.set_content(document(roles, links))
                file = into / f"map-{roles}-{scheme}.png"
                page.locator(".map").screenshot(path=file)
                print(f"{file.name}: {file.stat().st_size / 1000:.0f} KB")
        browser.close()


if __name__ == "__main__":
    main()
