# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The Pareto chart's table, worked out without a database (handbook B F6)."""

from typing import NamedTuple


class Row(NamedTuple):
    """A category: shares and cumulated shares in %, `grade` is A, B or C."""

    key: object
    count: int
    share: float
    total: int
    cumulated: float
    grade: str


def table(counts, last=(), cut=80.0):
    """Return the rows of the chart, the most frequent category first.

    Class A is every category until `cut` % is reached, the one that reaches it included; B up to
    90 %, C the rest.

    :param counts: iterable of (key, count); those without any are left out
    :param last: keys that come last however many they have (“其他”)
    :param float cut: share that makes the key few, %
    """
    pairs = [(key, count) for key, count in counts if count > 0]
    pairs.sort(key=lambda pair: (pair[0] in last, -pair[1]))
    whole = sum(count for _key, count in pairs)
    rows, total = [], 0
    for key, count in pairs:
        before = 100.0 * total / whole
        total += count
        after = 100.0 * total / whole
        if before < cut - 1e-9:
            grade = "A"
        else:
            grade = "B" if after <= 90 + 1e-9 else "C"
        rows.append(Row(key, count, 100.0 * count / whole, total, after, grade))
    return rows


def warnings(rows, minimum=30):
    """Return what speaks against a conclusion: ``few`` data, ``flat`` distribution."""
    found = []
    if sum(row.count for row in rows) < minimum:
        found.append("few")
    key_few = sum(row.grade == "A" for row in rows)
    if rows and (key_few > 3 or key_few * 3 > len(rows)):
        found.append("flat")
    return found


def vital(rows, number=2):
    """Return the first `number` rows: the one or two problems worth solving."""
    return rows[:number]
