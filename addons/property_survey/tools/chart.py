# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Charts drawn as SVG, for forms on screen and on paper; all text is escaped."""

import base64
import math
from html import escape

_FONT = "font-family='Noto Sans CJK SC, Microsoft YaHei, SimSun, sans-serif'"
_BLUE, _RED, _GREY = "#4a6fa5", "#c0392b", "#888"


def data_uri(svg):
    """Return an SVG as the source of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _text(x, y, text, size=12, anchor="middle", color="#222", extra=""):
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' "
        f"fill='{color}' {_FONT} {extra}>{escape(str(text))}</text>"
    )


def _line(x1, y1, x2, y2, color="#444", width=1.0, dash=""):
    dashed = f" stroke-dasharray='{dash}'" if dash else ""
    return (
        f"<line x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}' stroke='{color}' "
        f"stroke-width='{width}'{dashed}/>"
    )


def _svg(width, height, parts):
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}'>"
        f"<rect width='{width}' height='{height}' fill='#fff'/>{''.join(parts)}</svg>"
    )


def _cut(text, length):
    text = str(text)
    return text if len(text) <= length else text[: length - 1] + "…"


def pareto(rows, title, cut=80.0):
    """Return the Pareto chart: bars by count (left), line of cumulated % (right), line at `cut`.

    :param rows: list of (name, count, cumulated %, class)
    """
    width, height, left, right, top, bottom = 760, 420, 60, 60, 44, 70
    plot_w, plot_h = width - left - right, height - top - bottom
    whole = sum(row[1] for row in rows) or 1
    parts = [_text(width / 2, 26, title, 16)]
    base = top + plot_h
    for step in range(0, 101, 20):
        y = base - plot_h * step / 100
        parts.append(_line(left, y, width - right, y, "#e5e5e5"))
        parts.append(_text(left - 8, y + 4, f"{whole * step / 100:g}", 11, "end", _GREY))
        parts.append(_text(width - right + 8, y + 4, f"{step}%", 11, "start", _GREY))
    slot = plot_w / max(len(rows), 1)
    points = []
    for number, (name, count, cumulated, grade) in enumerate(rows):
        bar = plot_h * count / whole
        x = left + slot * number
        color = {"A": _BLUE, "B": "#9db4d3"}.get(grade, "#cfd8e6")
        parts.append(
            f"<rect x='{x + slot * 0.12:.1f}' y='{base - bar:.1f}' width='{slot * 0.76:.1f}' "
            f"height='{bar:.1f}' fill='{color}'/>"
        )
        parts.append(_text(x + slot / 2, base - bar - 5, count, 12))
        parts.append(_text(x + slot / 2, base + 18, _cut(name, max(int(slot / 13), 3)), 12))
        parts.append(_text(x + slot / 2, base + 36, grade, 11, color=_GREY))
        points.append((x + slot / 2, base - plot_h * cumulated / 100, cumulated))
    level = base - plot_h * cut / 100
    parts.append(_line(left, level, width - right, level, _RED, 1.2, "6 4"))
    parts.append(
        "<polyline fill='none' stroke='#d35400' stroke-width='2' points='"
        + " ".join(f"{x:.1f},{y:.1f}" for x, y, _cumulated in points)
        + "'/>"
    )
    for x, y, cumulated in points:
        parts.append(f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3.5' fill='#d35400'/>")
        parts.append(_text(x + 5, y - 8, f"{cumulated:.1f}%", 10, "start", "#d35400"))
    parts.append(_line(left, top, left, base))
    parts.append(_line(width - right, top, width - right, base))
    parts.append(_line(left, base, width - right, base))
    return _svg(width, height, parts)


def bars(rows, title, target=None):
    """Return horizontal bars of values from 0 to 100, those below `target` in red.

    :param rows: list of (name, value)
    """
    left, width, step = 190, 760, 24
    height = 50 + step * max(len(rows), 1) + 24
    plot = width - left - 70
    parts = [_text(width / 2, 26, title, 16)]
    for number, (name, value) in enumerate(rows):
        y = 44 + step * number
        color = _RED if target and value < target else _BLUE
        parts.append(_text(left - 8, y + 14, _cut(name, 13), 12, "end"))
        parts.append(
            f"<rect x='{left}' y='{y + 3}' width='{plot * value / 100:.1f}' height='15' "
            f"fill='{color}'/>"
        )
        # in a column of their own, clear of the target's line
        parts.append(_text(left + plot + 6, y + 15, f"{value:.2f}", 11, "start"))
    if target:
        x = left + plot * target / 100
        parts.append(_line(x, 40, x, height - 22, _RED, 1.2, "6 4"))
        parts.append(_text(x, height - 8, f"{target:g}", 11, color=_RED))
    return _svg(width, height, parts)


def fishbone(effect, branches, root_mark="★"):
    """Return the cause-and-effect diagram.

    :param str effect: the problem, at the head of the fish
    :param branches: list of (name, list of (text, level from 1, whether a root cause)), the
        causes of a branch in the order of their tree
    """
    half = math.ceil(len(branches) / 2) or 1
    longest = max((len(causes) for _name, causes in branches), default=0)
    row = 20
    arm = max(120, 46 + row * longest)
    column, head = 250, 170
    width, height = 40 + column * half + head, 2 * arm + 90
    spine = height / 2
    right = width - head
    parts = [_line(20, spine, right, spine, "#333", 3)]
    parts.append(
        f"<polygon points='{right},{spine - 9} {right + 14},{spine} {right},{spine + 9}' "
        "fill='#333'/>"
    )
    parts.append(
        f"<rect x='{right + 14}' y='{spine - 44}' width='{head - 24}' height='88' fill='#fdecea' "
        f"stroke='{_RED}' rx='6'/>"
    )
    words = [effect[start : start + 9] for start in range(0, min(len(effect), 36), 9)]
    for number, part in enumerate(words):
        y = spine - 8 * (len(words) - 1) + 5 + 17 * number
        parts.append(_text(right + 14 + (head - 24) / 2, y, part, 13, color=_RED))
    for number, (name, causes) in enumerate(branches):
        upper = number < half
        place = number if upper else number - half
        foot = right - column * place - 20
        side = -1 if upper else 1
        top_x, top_y = foot - 80, spine + side * arm
        parts.append(_line(top_x, top_y, foot, spine, _BLUE, 2))
        label_y = top_y - 22 if upper else top_y
        parts.append(
            f"<rect x='{top_x - 42:.1f}' y='{label_y:.1f}' width='84' height='22' fill='{_BLUE}' "
            "rx='4'/>"
        )
        parts.append(_text(top_x, label_y + 15.5, name, 12, color="#fff"))
        for index, (text, level, root) in enumerate(causes):
            y = top_y - side * (24 + row * index)
            share = abs(y - top_y) / arm
            bone = top_x + (foot - top_x) * share
            inset = 14 * (level - 1)
            end = bone - inset if inset else bone
            marks = (root_mark if root else "") + ("└" if level > 1 else "")
            # as many characters as fit between here and the bone
            room = int((164 - inset) / 11.5) - len(marks)
            label = marks + _cut(text, room)
            parts.append(_line(bone - 172, y, end, y, _RED if root else "#999", 1))
            parts.append(
                _text(bone - 170 + inset, y - 4, label, 11.5, "start", _RED if root else "#222")
            )
    return _svg(width, height, parts)
