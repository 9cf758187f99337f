"""Opens a report page in Chromium: light, dark, narrow and on paper. Prints what is wrong with it; exits with 1 if anything is.

usage: check_page.py PAGE.html [FOLDER]        FOLDER: where screenshots and a PDF go
"""
import base64
import pathlib
import sys

from chromium import BrowserError, Chromium, find_chromium

VIEWS = {  # name: width, colour scheme, medium
    "light": (1280, "light", "screen"),
    "dark": (1280, "dark", "screen"),
    "narrow": (360, "light", "screen"),
    "paper": (760, "dark", "print"),
}
IN_PAGE = (pathlib.Path(__file__).parent / "in_page.js").read_text()


def open_page(browser, page, width, scheme, medium):
    browser.events.clear()
    for domain in ("Page", "Runtime", "Log", "Network"):
        browser.call(f"{domain}.enable")
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
    browser.call("Emulation.setEmulatedMedia", media=medium, features=[
        {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}])
    browser.call("Page.navigate", url=page.resolve().as_uri())
    browser.wait_for("Page.loadEventFired")
    browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")


def complaints(browser, page):
    """What the browser itself said, and what the page asked for beside itself."""
    said = []
    for event in browser.events:
        method, params = event["method"], event["params"]
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            said.append("exception: " + details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            said.append("console: " + " ".join(str(argument.get("value", "")) for argument in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            said.append("browser: " + params["entry"]["text"])
        elif method == "Network.requestWillBeSent" and params["request"]["url"] != page.resolve().as_uri():
            said.append("request: " + params["request"]["url"])
    return said


def try_keyboard(browser):
    """The arrow keys read a chart, and the switches change it. Nothing to try on a page without figures."""
    if not browser.evaluate("!!document.querySelector('[role=slider]')"):
        return []
    faults = []
    text = "document.querySelector('[role=slider]').getAttribute('aria-valuetext')"
    browser.evaluate("document.querySelector('[role=slider]').focus()")
    before = browser.evaluate(text)
    browser.press("ArrowLeft")
    if browser.evaluate(text) == before:
        faults.append("the arrow keys do not move through a chart")
    if browser.evaluate("document.querySelector('.tip').hidden"):
        faults.append("the arrow keys show no values")
    for name, value in (("week", "week"), ("day", "day"), ("product", "product")):
        browser.evaluate(f"document.querySelector('input[value={value}]').click()")
        if name not in browser.evaluate("document.querySelector('[role=slider]').getAttribute('aria-label')"):
            faults.append(f"the switch to {name} does nothing")
    dark = "getComputedStyle(document.body.parentElement).colorScheme"
    before = browser.evaluate(dark)
    browser.evaluate("document.getElementById('theme').click()")
    if browser.evaluate(dark) == before:
        faults.append("the button for other colours does nothing")
    return faults


def open_tables(browser):
    browser.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    return browser.evaluate(IN_PAGE)


def picture(browser, folder, name):
    browser.evaluate("document.activeElement && document.activeElement.blur()")
    shot = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                        clip={"x": 0, "y": 0, "width": VIEWS[name][0], "scale": 1,
                              "height": browser.evaluate("document.documentElement.scrollHeight")})
    (folder / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    if VIEWS[name][2] == "print":
        pdf = browser.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        (folder / f"{name}.pdf").write_bytes(base64.b64decode(pdf["data"]))


def check(browser, page, folder):
    faults = []
    for name, (width, scheme, medium) in VIEWS.items():
        open_page(browser, page, width, scheme, medium)
        found = browser.evaluate(IN_PAGE)
        if folder:
            picture(browser, folder, name)
        if medium == "screen":
            found += try_keyboard(browser) + open_tables(browser)
        faults += [f"{name}: {fault}" for fault in found + complaints(browser, page)]
    return faults


def main(arguments):
    if not arguments or len(arguments) > 2:
        print(__doc__.strip().splitlines()[-1], file=sys.stderr)
        return 64
    if not find_chromium():
        print("check_report: no Chromium is installed\nHINT: scripts/setup --browser", file=sys.stderr)
        return 69
    page, folder = pathlib.Path(arguments[0]), pathlib.Path(arguments[1]) if len(arguments) == 2 else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    browser = Chromium()
    try:
        faults = check(browser, page, folder)
    except BrowserError as error:
        faults = [str(error)]
    finally:
        browser.close()
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
