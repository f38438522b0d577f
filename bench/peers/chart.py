# SPDX-License-Identifier: BSD-3-Clause
"""The picture of the peers: a bar for each row, as long as the logarithm of its ratio."""

import math
from xml.sax.saxutils import escape

WIDTH, LEFT, TOP, ROW = 980, 380, 92, 19
COLORS = {
    "scikit-learn": "#e29e21",
    "SciPy": "#2e86ab",
    "NumPy": "#1f3b5c",
    "pandas": "#6a4c93",
    "PyTorch": "#d1495b",
    "the authors'": "#5b8c5a",
    "R car": "#7d8590",
}


def ratio(x):
    return f"{x:.0f}" if x >= 100 else f"{x:.3g}"


def label(r):
    return f"{r['what']}, {r['type']}"


def peers_svg(rows):
    """The rows of one thread; those of a section stand together."""
    sections = list(dict.fromkeys(r["section"] for r in rows))
    rows = sorted(
        (r for r in rows if r["threads"] == 1), key=lambda r: sections.index(r["section"])
    )
    low = min([1 / 5, *(r["ratio"] for r in rows)])
    high = max([100, *(r["ratio"] for r in rows)]) * 1.2

    def x(value):
        return LEFT + (WIDTH - LEFT - 60) * math.log(value / low) / math.log(high / low)

    bottom = TOP + ROW * len(rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 34}" '
        f'width="{WIDTH}" '
        f'height="{bottom + 34}" font-family="Helvetica, Arial, sans-serif" '
        'font-size="11" fill="#333">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        '<text x="20" y="28" font-size="16" font-weight="bold">'
        "How many times as fast as others, one thread</text>",
        '<text x="20" y="46" fill="#666">time of theirs / time of ours, logarithmic; '
        "tick: what is wanted; striped: the answers differ</text>",
        '<defs><pattern id="differ" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)">'
        '<rect width="3" height="6" fill="#fff" fill-opacity=".65"/></pattern></defs>',
    ]
    out += legend(rows)
    for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000):
        if low <= tick <= high:
            out.append(
                f'<path d="M{x(tick):.1f} {TOP}V{bottom}" '
                f'stroke="{"#333" if tick == 1 else "#dde2e7"}"/>'
                f'<text x="{x(tick):.1f}" y="{bottom + 16}" text-anchor="middle" '
                f'fill="#666">{tick:g}</text>'
            )
    for i, r in enumerate(rows):
        out += bar(r, TOP + ROW * i, x)
    return "\n".join([*out, "</svg>\n"])


def legend(rows):
    out, left = [], 20
    for peer in dict.fromkeys(r["peer"] for r in rows):
        out.append(
            f'<rect x="{left}" y="60" width="10" height="10" fill="{COLORS.get(peer, "#999")}"/>'
            f'<text x="{left + 15}" y="69">{escape(peer)}</text>'
        )
        left += 34 + 6.2 * len(peer)
    return out


def bar(r, y, x):
    left, right = sorted((x(1), x(r["ratio"])))
    end, tick = right, x(r["target"]) if r["target"] else 0
    if end < tick < end + 5 + 7 * len(ratio(r["ratio"])):  # the number beyond the tick, not on it
        end = tick
    shape = f'x="{left:.1f}" y="{y + 3}" width="{right - left:.1f}" height="{ROW - 6}"'
    color = COLORS.get(r["peer"], "#999")
    out = [
        f'<text x="{LEFT - 10}" y="{y + 13.5}" text-anchor="end">{escape(label(r))}</text>',
        f'<rect {shape} fill="{color}"><title>{escape(r["peer"])}</title></rect>',
        f'<text x="{end + 5:.1f}" y="{y + 13.5}">{ratio(r["ratio"])}</text>',
    ]
    if not r["agree"]:
        out.append(f'<rect {shape} fill="url(#differ)"/>')
    if r["target"]:
        out.append(f'<path d="M{tick:.1f} {y + 1}v{ROW - 2}" stroke="#000" stroke-width="2"/>')
    return out
