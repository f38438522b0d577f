#!/usr/bin/env python3
"""report.py PROGRAM DATA [FOLDER] - the pages of `bellshape report` in a browser.

Headless Chromium opens the report of real tables and of one with columns of every kind, at the
width of a desk and of a phone, light and dark.  Nothing overflows the page, the console stays
empty, and axe-core finds no fault of accessibility.  With FOLDER, pictures of the pages are left
there.

SPDX-License-Identifier: BSD-3-Clause
"""

import html
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = {"desk": 1280, "phone": 390}
HEIGHT = 900
SCHEMES = ["light", "dark"]

# The elements that reach beyond the page, but for those that scroll in a box of their own.
WIDE = """() => {
    const most = document.documentElement.clientWidth;
    const scrolls = element => {
        for (let e = element; e; e = e.parentElement)
            if (getComputedStyle(e).overflowX == "auto") return true;
        return false;
    };
    const wide = [...document.querySelectorAll("body *")].filter(
        e => e.getBoundingClientRect().right > most + 1 && !scrolls(e));
    return document.documentElement.scrollWidth > most
        ? wide.slice(0, 5).map(e => e.outerHTML.slice(0, 120)) : [];
}"""


def hostile_table(path):
    """Text, missing, constant, two-valued, rounded, heavy-tailed and far-away columns."""
    draw = random.Random(1)
    names = ["text", "missing", "constant", "two values", "rounded", "far away", "heavy", "zeros"]
    names += ["row", "long_name_without_a_break_" * 5, "some " * 30, "half missing"]
    rows = [
        [
            draw.choice(["a", "b"]),
            "",
            7,
            draw.randrange(2),
            round(draw.gauss(170, 8)),
            f"{1e9 + draw.lognormvariate(0, 1):.6f}",
            math.tan(math.pi * (draw.random() - 0.5)),
            max(0, draw.gauss(-0.5, 1)),
            i + 1,
            draw.lognormvariate(0, 2) * 1e300,
            draw.lognormvariate(0, 2) * 1e-300,
            draw.gauss(0, 1) if i % 2 else "",
        ]
        for i in range(500)
    ]
    with open(path, "w") as file:
        for row in [names, *rows]:
            print(",".join(map(str, row)), file=file)


def faults_of(page, axe):
    """What is wrong with the page that is shown, in words."""
    found = [f"wider than the page: {text}" for text in page.evaluate(WIDE)]
    for violation in axe.run(page).response["violations"]:
        first = violation["nodes"][0]
        found.append(
            f"axe: {violation['id']}: {violation['help']}, {len(violation['nodes'])} times, "
            f"first at {first['target']}: {first.get('failureSummary', '')}"
        )
    return found


def check(browser, axe, name, page_file, folder):
    found = []
    for place, width in WIDTHS.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, bypass_csp=True
            )
            page = context.new_page()
            said = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            page.on("request", lambda request, said=said: said.append(f"loads {request.url}"))
            page.goto(page_file.as_uri())
            # What is folded counts as well.
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            faults = faults_of(page, axe) + [s for s in said if s != f"loads {page_file.as_uri()}"]
            found += [f"{name}, {place}, {scheme}: {fault}" for fault in faults]
            if folder:
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = false)")
                page.screenshot(path=folder / f"{name}-{place}-{scheme}.png")
                page.evaluate("location.hash = '#columns'")
                page.screenshot(path=folder / f"{name}-{place}-{scheme}-columns.png")
            context.close()
    return found


def check_frame(browser, page_file):
    """In a frame without an address, as notebooks show it, links stay within the page."""
    text = page_file.read_text().replace("<head>", '<head><base href="about:srcdoc">', 1)
    page = browser.new_page()
    frame = f'<iframe sandbox="" width=900 height=700 srcdoc="{html.escape(text)}"></iframe>'
    page.set_content(frame)
    frame = page.frames[1]
    frame.locator("table.all a").first.click()
    url = frame.url
    page.close()
    return [] if url.startswith("about:srcdoc#c") else [f"a link in a frame leads to {url}"]


def main(program, data, folder=None):
    axe, found = Axe(), []
    folder = folder and pathlib.Path(folder)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        scratch = pathlib.Path(scratch)
        hostile_table(scratch / "hostile.csv")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tables = [f"{data}/breast_cancer.csv", f"{data}/randhie.csv", scratch / "hostile.csv"]
        for table in map(pathlib.Path, tables):
            page = scratch / f"{table.stem}.html"
            command = [program, "report", table, "-o", page, "--method", "best"]
            subprocess.run(command, check=True, capture_output=True)
            found += check(browser, axe, table.stem, page, folder)
        found += check_frame(browser, scratch / "breast_cancer.html")
        browser.close()
    print("\n".join(found))
    sys.exit(bool(found))


main(*sys.argv[1:])
