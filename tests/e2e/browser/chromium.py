"""Chromium without a window, spoken to over a pair of pipes (Chrome DevTools Protocol). Standard library only."""
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 120.0  # seconds; a safety net, never a way to pass


class BrowserError(Exception):
    pass


def find_chromium():
    """Path of the browser, or None."""
    return next((path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None)


class Chromium:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="billhouse-chromium.")
        commands, self.to_browser = os.pipe()
        self.from_browser, answers = os.pipe()

        def connect():
            # through high numbers, as a pipe may itself sit on 3 or 4
            os.dup2(commands, 20)
            os.dup2(answers, 21)
            os.dup2(20, 3)
            os.dup2(21, 4)

        flags = ["--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run", "--disable-extensions",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                 "--disable-dev-shm-usage", "--font-render-hinting=none", f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        self.log = open(os.path.join(self.profile, "log"), "wb+")
        self.process = subprocess.Popen([find_chromium(), *flags, "about:blank"], preexec_fn=connect, close_fds=False,
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        os.close(commands)
        os.close(answers)
        self.buffer = b""
        self.next_id = 0
        self.events = []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.to_browser)
        os.close(self.from_browser)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def _read(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.from_browser], [], [], left)[0]:
                raise BrowserError("the browser does not answer")
            piece = os.read(self.from_browser, 1 << 20)
            if not piece:
                self.log.seek(0)
                raise BrowserError("the browser ended: " + self.log.read().decode(errors="replace")[-2000:])
            self.buffer += piece
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def call(self, method, **params):
        self.next_id += 1
        message = {"id": self.next_id, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        text = json.dumps(message).encode() + b"\0"
        while text:
            text = text[os.write(self.to_browser, text):]
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._read(deadline)
            if answer.get("id") == self.next_id:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait_for(self, method):
        deadline = time.monotonic() + PATIENCE
        while True:
            for event in self.events:
                if event["method"] == method:
                    return
            event = self._read(deadline)
            self.events.append(event)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(str(result["exceptionDetails"].get("exception", {}).get("description", result["exceptionDetails"])))
        return result["result"].get("value")

    def press(self, key, code=None):
        number = {"ArrowLeft": 37, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9, "Enter": 13, " ": 32}[key]
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key, windowsVirtualKeyCode=number)
