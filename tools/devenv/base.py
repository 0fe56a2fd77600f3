"""Paths, messages, subprocesses, locks and stamps used by every other module."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("PROPERTY_CACHE") or ROOT / ".cache").resolve()
LOGS = CACHE / "log"
PR_SET_PDEATHSIG = 1  # of Linux
ADDONS = ROOT / "addons"
INSIDE = ROOT / "tools" / "inside"


class SetupError(Exception):
    """Something is missing or broken; the text tells the user what to do about it."""


def say(text):
    """Tell the user what is going on, on stderr so that stdout stays the command's own."""
    print(f"[setup] {text}", file=sys.stderr, flush=True)


def digest(*parts):
    """Short hash of the parts (bytes, or anything as text): the key of a cached step."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part if isinstance(part, bytes) else str(part).encode())
        sha.update(b"\0")
    return sha.hexdigest()[:16]


def run(command, *, log=None, env=None, check=True, cwd=ROOT, **kwargs):
    """Run a command and return its output; on failure say which one and show its last lines.

    :param Path log: where the output is kept for a reader (appended)
    """
    command = [str(part) for part in command]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=kwargs.pop("stdin", subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        preexec_fn=_die_with_parent,
        **kwargs,
    )
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as stream:
            stream.write(f"$ {' '.join(command)}\n{done.stdout}")
    if check and done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-15:])
        where = f"\n(full log: {log})" if log else ""
        raise SetupError(f"{' '.join(command[:4])} … failed ({done.returncode}):\n{tail}{where}")
    return done.stdout


def _die_with_parent():
    """Linux: a child of a killed set-up must not go on writing beside the next one."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextlib.contextmanager
def locked(name="setup"):
    """Only one process sets up at a time; the others wait, and say so.

    The lock is the kernel's (flock), so a killed process never leaves one behind.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as handle:
        # No child may inherit the lock: a server started in the background would keep it.
        os.set_inheritable(handle.fileno(), False)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another set-up is running in this folder, waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def artifact(name, key, build):
    """Return the folder ``name-key`` of the cache, building it first if it is not there.

    ``build(folder)`` works in a ``.part`` folder that is renamed when complete, so a
    folder under its final name is always whole. Folders of older keys are removed.
    """
    target = CACHE / f"{name}-{key}"
    if target.is_dir():
        return target
    part = CACHE / f"{name}-{key}.part"
    for leftover in CACHE.glob(f"{name}-*.part"):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir(parents=True)
    build(part)
    part.rename(target)
    for old in CACHE.glob(f"{name}-*"):
        if old != target and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
    return target


def stamped(name, key):
    """Whether the step ``name`` was completed with the same inputs."""
    stamp = CACHE / "stamp" / name
    return stamp.is_file() and stamp.read_text() == key


def stamp(name, key):
    """Note that the step ``name`` is complete (written aside, then renamed)."""
    folder = CACHE / "stamp"
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f".{name}.part"
    aside.write_text(key)
    aside.rename(folder / name)


def unstamp(name):
    """Forget that the step was done, before starting to do it anew."""
    (CACHE / "stamp" / name).unlink(missing_ok=True)


@contextlib.contextmanager
def timed(text):
    """Say what is being done and how long it took."""
    say(f"{text} …")
    start = time.monotonic()
    yield
    say(f"{text}: {time.monotonic() - start:.0f} s")


def exit_on_term():
    """Turn SIGTERM into SystemExit, so that ``finally`` blocks run when CI stops us."""
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))
