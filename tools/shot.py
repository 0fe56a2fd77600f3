#!/usr/bin/env python3
"""Look at a page of a running ./run: log in, open it, click, and save a PNG. For developers.

    tools/shot.py /odoo/action-property_service.property_unit_action out.png --login admin
    tools/shot.py /odoo out.png --click '.o_app[data-menu-xmlid*=property]' --wait .o_list_view
    tools/shot.py /odoo out.png --js "document.querySelector('.o_searchview_input').focus()"

Clicks and scripts run in the order given, each once its element is there. What the browser's
console complains about is printed.
"""

import argparse
import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from devenv import pdf, venv
from devenv.base import SetupError
from devenv.browser import NAMES

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
PHONE = 600  # narrower screens are shown as a phone's


class Steps(argparse.Action):
    """Keeps --click, --js and --wait in the order in which they were given."""

    def __call__(self, parser, namespace, values, option_string=None):
        steps = [*(namespace.steps or []), (option_string.lstrip("-"), values)]
        namespace.steps = steps


def arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("path", help="path of the page, such as /odoo or /my")
    parser.add_argument("png", type=Path)
    parser.add_argument("--base", default="http://127.0.0.1:8069", help="address of the server")
    parser.add_argument("--db", default="property_demo")
    parser.add_argument("--login", default="admin", help="empty for a visitor")
    parser.add_argument("--password", help="default: the login")
    parser.add_argument("--width", type=int, default=1440)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--full", action="store_true", help="the whole page, not one screen")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds to settle at the end")
    parser.add_argument("--timeout", type=float, default=30, help="seconds to wait for a thing")
    for name in ("click", "js", "wait"):
        parser.add_argument(f"--{name}", action=Steps, dest="steps", default=None)
    return parser.parse_args()


class Browser:
    """A headless Chromium driven over its debugging protocol."""

    def __init__(self, options):
        self.options = options
        self.ids = itertools.count(1)
        self.profile = tempfile.mkdtemp(prefix="property-shot-")
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if not program:
            raise SetupError("no Chromium on this machine; ./test installs it")
        self.process = subprocess.Popen(
            [program, *SWITCHES, f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **pdf.fonts()},
        )

    def __enter__(self):
        try:
            self.connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def connect(self):
        """Find the page's debugging socket and listen to what it reports."""
        import requests
        import websocket

        note = Path(self.profile) / "DevToolsActivePort"
        self.until(note.exists, "Chromium to start")
        port = note.read_text().splitlines()[0]
        pages = requests.get(f"http://127.0.0.1:{port}/json", timeout=10).json()
        page = next(page for page in pages if page["type"] == "page")
        self.socket = websocket.create_connection(
            page["webSocketDebuggerUrl"], timeout=60, max_size=None
        )
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=self.options.width,
            height=self.options.height,
            deviceScaleFactor=1,
            mobile=self.options.width < PHONE,
        )

    def __exit__(self, *_exc):
        self.process.terminate()
        self.process.wait()
        for _attempt in range(20):  # Chromium's helpers write until they notice
            shutil.rmtree(self.profile, ignore_errors=True)
            if not Path(self.profile).exists():
                break
            time.sleep(0.1)

    def call(self, method, **params):
        """Send a command and return its result."""
        number = next(self.ids)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise SetupError(f"{method}: {message['error']['message']}")
                return message["result"]
            complain(message)

    def script(self, code):
        """Run JavaScript in the page and return its value."""
        done = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in done:
            details = done["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            raise SetupError(f"script failed: {text}")
        return done["result"].get("value")

    def until(self, condition, what):
        """Wait for something."""
        end = time.monotonic() + self.options.timeout
        while not condition():
            if time.monotonic() > end:
                raise SetupError(f"waited {self.options.timeout:.0f} s for {what}")
            time.sleep(0.1)

    def wait(self, selector):
        """Wait for an element."""
        code = f"!!document.querySelector({json.dumps(selector)})"
        self.until(lambda: self.script(code), selector)

    def click(self, selector):
        """Click on an element, like a finger does."""
        self.wait(selector)
        self.script(f"document.querySelector({json.dumps(selector)}).click()")
        time.sleep(0.5)

    def open(self, session):
        """Open the page and wait until Odoo's web client, if it is one, has drawn itself."""
        options = self.options
        if session:
            self.call("Network.setCookie", name="session_id", value=session, url=options.base)
        self.call("Page.navigate", url=options.base + options.path)
        self.until(lambda: self.script("document.readyState") == "complete", "the page")
        client = "!window.odoo || !document.querySelector('.o_web_client') || "
        client += "!!document.querySelector('.o_action_manager > *, .o_home_menu, .o_apps')"
        self.until(lambda: self.script(client), "the web client")

    def save(self):
        """Write the picture."""
        result = self.call("Page.captureScreenshot", captureBeyondViewport=self.options.full)
        self.options.png.write_bytes(base64.b64decode(result["data"]))


def complain(message):
    """Print what the console says is wrong."""
    params = message.get("params", {})
    if message.get("method") == "Runtime.exceptionThrown":
        print("exception:", params["exceptionDetails"].get("exception", {}).get("description"))
    elif message.get("method") == "Log.entryAdded" and params["entry"]["level"] == "error":
        print("console:", params["entry"]["text"], params["entry"].get("url", ""))
    elif message.get("method") == "Runtime.consoleAPICalled" and params["type"] == "error":
        print("console:", *[arg.get("value") or arg.get("description") for arg in params["args"]])


def log_in(options):
    """The id of a session of the user."""
    import requests

    if not options.login:
        return None
    params = {
        "db": options.db,
        "login": options.login,
        "password": options.password or options.login,
    }
    response = requests.post(
        f"{options.base}/web/session/authenticate",
        json={"jsonrpc": "2.0", "params": params},
        timeout=60,
    )
    if "error" in response.json():
        raise SetupError(f"cannot log in: {response.json()['error']['data']['message']}")
    return response.cookies["session_id"]


def main():
    """Carry out the command."""
    options = arguments()
    session = log_in(options)
    with Browser(options) as browser:
        browser.open(session)
        for kind, value in options.steps or []:
            {"click": browser.click, "js": browser.script, "wait": browser.wait}[kind](value)
        time.sleep(options.delay)
        browser.save()
    print(options.png)


if __name__ == "__main__":
    if Path(sys.prefix) != venv.VENV and venv.PYTHON.exists():
        os.execv(venv.PYTHON, [str(venv.PYTHON), *sys.argv])
    try:
        main()
    except SetupError as error:
        sys.exit(f"error: {error}")
