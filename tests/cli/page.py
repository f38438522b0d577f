#!/usr/bin/env python3
"""page.py PROGRAM DATA - the pages of `bellshape report` are well-formed and stand for themselves.

Reads them with the parser of Python, and the pictures of --svg as XML: all elements are closed,
ids are unique, what is referred to is there, and nothing is loaded from anywhere.

SPDX-License-Identifier: BSD-3-Clause
"""

import html.parser
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
REFERENCES = {"aria-labelledby", "aria-describedby"}
SVG = "{http://www.w3.org/2000/svg}"


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.wanted, self.text, self.style = [], [], [], [], ""
        self.feed(text)
        self.close()
        assert not self.open, self.open
        assert len(self.ids) == len(set(self.ids)), "an id occurs twice"
        assert set(self.wanted) <= set(self.ids), set(self.wanted) - set(self.ids)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        for name in REFERENCES & attrs.keys():
            self.wanted += attrs[name].split()
        if "href" in attrs:
            assert attrs["href"].startswith("#"), attrs["href"]
            self.wanted.append(attrs["href"][1:])
        assert tag not in {"script", "link", "img", "iframe", "object", "embed"}, tag
        assert not any(name.startswith("on") or name == "src" for name in attrs), attrs

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)


def report(program, table, *options):
    """The page, its bytes, and the numbers of --json."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "r.html"
        command = [program, "report", table, "-o", page, "--json", "--svg", f"{folder}/svg"]
        run = subprocess.run([*command, *options], check=True, capture_output=True)
        numbers = json.loads(run.stdout)
        raw = page.read_bytes()
        pictures = {
            p.name: xml.etree.ElementTree.parse(p).getroot()
            for p in pathlib.Path(folder, "svg").iterdir()
        }
    return Page(raw.decode()), raw, numbers, pictures


def check_numbers(column):
    n = column["n"]
    for when in ["before", "after"]:
        histogram, qq = column[f"histogram_{when}"], column[f"qq_{when}"]
        assert sum(histogram["counts"]) == qq["n"] == n or column["sampled"]
        assert histogram["edges"] == sorted(histogram["edges"])
        assert len(qq["rank"]) == len(qq["value"]) == len(qq["high"]) <= 200
        assert qq["value"] == sorted(qq["value"])
    assert len(column["profile"]["lambda"]) == len(column["profile"]["log_likelihood"])


def check_page(program, table, *options):
    page, raw, numbers, pictures = report(program, table, *options)
    words = " ".join(page.text)
    for column in numbers["columns"]:
        check_numbers(column)
        assert column["name"].replace("\n", " ") in words, column["name"]
    assert "url(" not in page.style and "@import" not in page.style
    for name, root in pictures.items():
        assert root.tag == SVG + "svg" and root.find(SVG + "title").text, name
        assert re.fullmatch(r"[0-9A-Za-z_.-]+", name), name
    return page, raw, numbers, pictures


def main(program, data):
    page, raw, numbers, pictures = check_page(program, f"{data}/breast_cancer.csv")
    assert len(numbers["columns"]) == 30 and len(raw) < 1 << 20, len(raw)
    assert len(pictures) == 5 * 30 and "003-mean_perimeter-qq-after.svg" in pictures
    assert sum(i.startswith("c") and i[1:].isdigit() for i in page.ids) == 30
    for table in ["penguins.csv", "randhie.csv"]:
        check_page(program, f"{data}/{table}")
    page = check_page(program, f"{data}/randhie.csv", "--method", "best")[0]
    assert any("families were compared" in text for text in page.text)
    with tempfile.TemporaryDirectory() as folder:
        table = pathlib.Path(folder) / "t.csv"
        names = [
            "<script>alert(1)</script>",
            "a&b\"'c",
            "\x80\xff",
            "line\nend",
            "../up",
            "x" * 300,
        ]
        head = ",".join('"' + n.replace('"', '""') + '"' for n in names)
        rows = "".join(f"{i},{i * i},{i % 2},3,,{2**i}\n" for i in range(40))
        table.write_bytes(head.encode("latin-1") + b"\n" + rows.encode())
        page, raw, numbers, pictures = check_page(program, table)
        assert numbers["columns"][2]["name_bytes"] == "80ff"
        assert len(numbers["columns"]) == 6 and b"<script" not in raw


main(sys.argv[1], sys.argv[2])
