# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs Python programs as processes of their own: scripts of ``tests/benchmarks``, tools."""

import os
import socket
import subprocess
import sys

from inside import settings

TOLD = 8000  # characters of a failed program's output that are shown


def output(*words, **variables):
    """Run a Python program from the project's root; return what it prints.

    :param words: its file, from the root, and its arguments
    :param variables: environment variables on top of those there are
    :raises AssertionError: with the end of its output, if it fails
    """
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=settings.ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-TOLD:] + done.stderr[-TOLD:]
    return done.stdout


def benchmark(name, *words, database, **variables):
    """Run a script of ``tests/benchmarks`` on `database`; return what it prints."""
    return output(f"tests/benchmarks/{name}.py", *words, PROPERTY_BENCH_DB=database, **variables)


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
