"""Take a picture of a page of a running Odoo with headless Chromium.

    dev/screenshot http://localhost:8069/odoo/contacts contacts.png --login admin
    dev/screenshot URL out.png --login paula@example.com --width 390 --height 800
    dev/screenshot URL out.png --login admin --click ".nav-link[name=jobs]" --full

Runs in the virtual environment (it needs websocket-client).
"""

import argparse
import base64
import http.cookiejar
import itertools
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import websocket

QUIET = 0.6  # seconds without a request after which a page counts as loaded
CHROMIUM_OPTIONS = [
    "--headless=new",
    "--no-sandbox",  # refused as root, missing in many containers
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]
# The end of this request is reported to the worker, not to the page.
WORKER = "/bus/websocket_worker_bundle"
# The height of everything that scrolls inside the page, Odoo's views included.
HIDDEN_HEIGHT = """
    Math.max(0, ...[document.documentElement, ...document.querySelectorAll("*")]
        .filter((el) => el === document.documentElement
            || ["auto", "scroll"].includes(getComputedStyle(el).overflowY))
        .map((el) => el.scrollHeight - el.clientHeight))
"""
# The backend's page is complete when its action is shown.
READY = """
    document.readyState === "complete"
    && (!document.querySelector("body.o_web_client")
        || !!document.querySelector(".o_action_manager > *, .o_home_menu"))
    && !document.querySelector(".o_loading_indicator, .o_blockUI")
"""


class ScreenshotError(Exception):
    """Told to the user without a traceback."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="dev/screenshot", description="Picture of a page of a running Odoo."
    )
    parser.add_argument("url", help="a page, for example http://localhost:8069/my")
    parser.add_argument("out", metavar="OUT.png", type=Path)
    parser.add_argument("--login", help="log in with the login form first")
    parser.add_argument("--password", help="default: the login")
    parser.add_argument("--width", type=int, default=1366)
    parser.add_argument("--height", type=int, default=768)
    parser.add_argument(
        "--full", action="store_true", help="grow the picture to the whole content"
    )
    parser.add_argument(
        "--mobile", action="store_true", help="a touch device; 390 pixels wide"
    )
    parser.add_argument(
        "--wait-for", metavar="SELECTOR", help="wait until this CSS selector matches"
    )
    parser.add_argument(
        "--click",
        metavar="SELECTOR",
        action="append",
        default=[],
        help="click on this when the page has loaded (may be repeated)",
    )
    parser.add_argument("--js", help="JavaScript to run before the picture")
    parser.add_argument("--timeout", type=float, default=45, help="in seconds")
    options = parser.parse_args(arguments)
    if options.mobile and options.width == parser.get_default("width"):
        options.width, options.height = 390, 844
    return options


def log_in(url, login, password):
    """Log in through the form; return the value of the session cookie."""
    parts = urllib.parse.urlsplit(url)
    page = f"{parts.scheme}://{parts.netloc}/web/login"
    cookies = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    try:
        form = opener.open(page, timeout=60).read().decode()
    except urllib.error.URLError as error:
        raise ScreenshotError(f"{page}: {error}. Is Odoo running there?") from error
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', form)
    if not token:
        raise ScreenshotError(f"{page} is not Odoo's login page")
    values = {"csrf_token": token[1], "login": login, "password": password}
    answer = opener.open(page, urllib.parse.urlencode(values).encode(), timeout=60)
    if urllib.parse.urlsplit(answer.geturl()).path == "/web/login":
        raise ScreenshotError(f"login refused for {login}")
    return next(cookie.value for cookie in cookies if cookie.name == "session_id")


class Browser:
    """One page of a headless Chromium, driven over its debugging socket."""

    def __init__(self, folder, deadline):
        self.deadline = deadline
        self.ids = itertools.count(1)
        self.open_requests = {}
        self.last_activity = time.monotonic()
        self.errors = []
        program = shutil.which("chromium") or shutil.which("google-chrome")
        self.process = subprocess.Popen(
            [program, *CHROMIUM_OPTIONS, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        port_file = Path(folder, "DevToolsActivePort")
        self.wait(lambda: port_file.exists() and "\n" in port_file.read_text(), "start")
        port = port_file.read_text().splitlines()[0]
        targets = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        page = next(target for target in targets if target["type"] == "page")
        self.socket = websocket.create_connection(page["webSocketDebuggerUrl"])
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait(self, condition, what):
        while not condition():
            if time.monotonic() > self.deadline:
                raise ScreenshotError(f"timeout: {what}")
            time.sleep(0.05)

    def send(self, method, **params):
        number = next(self.ids)
        self.socket.settimeout(max(1, self.deadline - time.monotonic()))
        message = {"id": number, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while True:
            try:
                message = json.loads(self.socket.recv())
            except websocket.WebSocketTimeoutException as error:
                raise ScreenshotError(f"timeout: no answer to {method}") from error
            if message.get("id") == number:
                if "error" in message:
                    raise ScreenshotError(f"{method}: {message['error']['message']}")
                return message["result"]
            self._on_event(message)

    def _listen(self, seconds):
        self.socket.settimeout(seconds)
        try:
            self._on_event(json.loads(self.socket.recv()))
        except websocket.WebSocketTimeoutException:
            pass

    def _on_event(self, event):
        name, params = event.get("method"), event.get("params", {})
        if name == "Network.requestWillBeSent":
            address = params["request"]["url"]
            if WORKER not in address:
                self.open_requests[params["requestId"]] = address
            self.last_activity = time.monotonic()
        elif name in ("Network.loadingFinished", "Network.loadingFailed"):
            self.open_requests.pop(params["requestId"], None)
            self.last_activity = time.monotonic()
        elif name == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            exception = details.get("exception", {})
            self.errors.append(exception.get("description") or details["text"])
        elif name == "Runtime.consoleAPICalled" and params["type"] == "error":
            values = [
                arg.get("value", arg.get("description")) for arg in params["args"]
            ]
            self.errors.append(" ".join(map(str, values)))
        elif name == "Log.entryAdded" and params["entry"]["level"] == "error":
            entry = params["entry"]
            self.errors.append(f"{entry['text']} {entry.get('url', '')}")

    def evaluate(self, expression):
        result = self.send(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            text = details.get("exception", {}).get("description", details["text"])
            raise ScreenshotError(f"JavaScript: {text}")
        return result["result"].get("value")

    def settle(self):
        """Wait until the page is shown and nothing is loading any more."""
        while True:
            if time.monotonic() > self.deadline:
                pending = " ".join(self.open_requests.values()) or "no request is open"
                raise ScreenshotError(f"timeout: still loading ({pending})")
            self._listen(0.2)
            quiet = time.monotonic() - self.last_activity > QUIET
            if quiet and not self.open_requests and self.evaluate(READY):
                break
        self.evaluate("document.fonts.ready.then(() => true)")

    def wait_for(self, selector):
        test = f"!!document.querySelector({json.dumps(selector)})"
        while not self.evaluate(test):
            if time.monotonic() > self.deadline:
                raise ScreenshotError(f"timeout: nothing matches {selector}")
            self._listen(0.2)

    def click(self, selector):
        self.wait_for(selector)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        self.last_activity = time.monotonic()
        self.settle()

    def set_size(self, width, height, mobile):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=mobile)


def shoot(options, folder):
    session = None
    if options.login:
        password = options.password or options.login
        session = log_in(options.url, options.login, password)
    browser = Browser(folder, time.monotonic() + options.timeout)
    try:
        browser.set_size(options.width, options.height, options.mobile)
        if session:
            browser.send(
                "Network.setCookie", name="session_id", value=session, url=options.url
            )
        failure = browser.send("Page.navigate", url=options.url).get("errorText")
        if failure:
            raise ScreenshotError(f"{options.url}: {failure}. Is Odoo running there?")
        browser.settle()
        for selector in options.click:
            browser.click(selector)
        if options.wait_for:
            browser.wait_for(options.wait_for)
            browser.settle()
        if options.js:
            browser.evaluate(options.js)
            browser.settle()
        if options.full:
            grow(browser, options)
        picture = browser.send("Page.captureScreenshot", format="png")["data"]
        options.out.write_bytes(base64.b64decode(picture))
        for error in dict.fromkeys(browser.errors):
            print(f"the page logged an error: {error}", file=sys.stderr)
        title = browser.evaluate("document.title + ' | ' + location.href")
        print(f"{options.out}: {title}")
    finally:
        browser.close()


def grow(browser, options):
    """Enlarge the window until nothing scrolls (lists may load more then)."""
    height = options.height
    for _attempt in range(3):
        hidden = browser.evaluate(HIDDEN_HEIGHT)
        if not hidden or height > 12000:
            break
        height = min(height + hidden, 12000)
        browser.set_size(options.width, height, options.mobile)
        browser.last_activity = time.monotonic()
        browser.settle()


def main(arguments):
    options = parse(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            shoot(options, folder)
        except ScreenshotError as error:
            sys.exit(f"dev/screenshot: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
