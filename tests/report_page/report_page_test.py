#!/usr/bin/env python3
"""report_page_test.py PROGRAM [FOLDER]: the page of `jobaudit report --html` in headless Chromium, as a person uses it.

With FOLDER, screenshots are left there."""
import json
import os
import subprocess
import sys
import tempfile
import uuid

from browser import Browser, chromium

HOSTILE = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u202egpj.exe", "<!--<script>",
           "a\u2028b", "\"onmouseover=\"alert(1)", "&lt;b&gt;", "{{data}}", "x" * 3000, "e" + "\u0301" * 300,
           "javascript:alert(1)"]
ERRORS = ["ReadTimeout: HTTPSConnectionPool(host='x', port=443): Read timed out.",
          "PermissionError: [Errno 13] Permission denied: '/mnt/share'",
          "TooManyPageFailuresException: 12 pages failed"]
WORKFLOW = "5e0c0000-0000-4000-8000-000000000000"

# Composites what lies behind each visible text, and compares by WCAG 2.2, "contrast ratio". Gives those below 4.5.
CONTRASTS = """(() => {
    const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
    const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
    const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                         return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const behind = e => { const layers = []; for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
                          return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]); };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const bad = []; let seen = 0;
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !e.checkVisibility() || e.closest('svg') || e.closest('script')) continue;
        ++seen;
        const under = behind(e), ink = over(parse(getComputedStyle(e).color), under);
        const [a, b] = [light(ink), light(under)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
        if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${e.tagName}.${e.className} ${walker.currentNode.data.slice(0, 40)}`);
    }
    return seen < 50 ? ['only ' + seen + ' texts were seen'] : bad;
})()"""

DOCUMENTS = "[...document.querySelectorAll('#documents tbody tr')].map(row => row.cells[1].textContent)"
TIMES = "[...document.querySelectorAll('#documents tbody tr')].map(row => Number(row.cells[0].textContent))"
STATUS = "document.querySelector('#documents [role=status]').textContent"
FOCUSED = """(() => { const e = document.activeElement; return e.closest('section')?.id + ' ' + e.tagName + ' ' +
    (e.type === 'search' ? e.labels[0]?.textContent.trim() : e.textContent.trim()); })()"""

broken = []


def check(is_right, what):
    if not is_right:
        broken.append(what)
        print(f"broken: {what}", file=sys.stderr)


def job_line(number, files, **differences):
    line = {"job_id": str(uuid.UUID(int=number, version=4)), "outcome": "ok", "http_status": 200, "attempts": 1,
            "elapsed_ms": 12.5, "failed_files": files, "message": "", "validation": None, "workflow_id": WORKFLOW,
            "workflow_name": "invoices", "job_status": "COMPLETED", "created_at": f"2026-11-{number % 28 + 1:02}T10:00:00Z",
            "runtime": None}
    return json.dumps(line | differences, ensure_ascii=False, separators=(",", ":")) + "\n"


def results_with_much():
    """12,000 documents, of which `worst.pdf` fails most; hostile names; jobs without a list."""
    files = [{"document": f"q{i % 4}/scan-{i}.pdf", "error": ERRORS[i % 3]} for i in range(12_000)]
    files += [{"document": "worst.pdf", "error": ERRORS[0]}] * 50
    files += [{"document": name, "error": f"{name} {ERRORS[1]}"} for name in HOSTILE for _ in range(20)]
    text = "".join(job_line(i, files[i * 100:(i + 1) * 100]) for i in range(len(files) // 100 + 1))
    return text + "".join(job_line(5000 + i, None, outcome="server_error", http_status=503, message=HOSTILE[0])
                          for i in range(60))


def page_of(program, folder, name, text):
    results, page = os.path.join(folder, name + ".ndjson"), os.path.join(folder, name + ".html")
    with open(results, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    said = subprocess.run([program, "report", results, "--html", page], capture_output=True, text=True)
    check(said.stdout == "", f"{name}: something was printed beside the page")
    check(page in said.stderr and len(said.stderr.splitlines()) == 1, f"{name}: {said.stderr}")
    return page


def check_quiet(browser, page):
    asked = [each["params"]["request"]["url"] for each in browser.events if each["method"] == "Network.requestWillBeSent"]
    check(asked == ["file://" + page], f"{page} asked for {asked}")
    for each in browser.events:
        check(each["method"] not in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown",
                                     "Page.javascriptDialogOpening"), f"{page}: {each}")


def check_looks(browser, page, shots):
    for width in (360, 1440):
        for scheme in ("light", "dark"):
            browser.show_as(width, scheme)
            look = f"{os.path.basename(page)} at {width} px, {scheme}"
            check(browser.value("document.documentElement.scrollWidth") <= width, f"{look}: is scrolled sideways")
            inside = "[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && !e.closest('.scroll') &&" \
                     f" e.getBoundingClientRect().right > {width}).map(e => e.outerHTML.slice(0, 80))"
            check(browser.value(inside) == [], f"{look}: stands out: {browser.value(inside)}")
            ground = browser.value("getComputedStyle(document.body).backgroundColor")
            check((sum(map(int, ground[4:-1].split(","))) > 380) == (scheme == "light"), f"{look}: ground {ground}")
            if shots:
                browser.whole_page(os.path.join(shots, look.replace(" ", "-") + ".png"))


def tab_to(browser, wanted, most=400):
    """Goes on with the Tab key until what has the focus is as wanted, and visibly so."""
    for _ in range(most):
        browser.press("Tab")
        if browser.value(FOCUSED) == wanted:
            check(browser.value("getComputedStyle(document.activeElement).outlineStyle") != "none",
                  f"{wanted}: nothing shows that it has the focus")
            return
    check(False, f"{wanted} cannot be reached by the keyboard")


def wait_until(browser, expression):
    """Looks again at each frame, as what is searched for is shown a moment later; gives up after 10 s."""
    return browser.value(f"""new Promise(done => {{ const end = performance.now() + 10000;
        const look = () => {expression} ? done(true) : performance.now() > end ? done(false) : requestAnimationFrame(look);
        look(); }})""")


def check_list_by_keyboard(browser, page):
    browser.show_as(1440)
    browser.open(page)
    check(browser.value(STATUS) == "10,000 documents; the first 50 are shown", browser.value(STATUS))
    check(browser.value(DOCUMENTS)[0] == "worst.pdf", "the document that fails most does not come first")
    check("of 12,012; all of them by" in browser.value("document.getElementById('documents').textContent"),
          "it is not said how many documents are left out")

    tab_to(browser, "documents INPUT Search")
    browser.type("scan-77 timeout")
    check(wait_until(browser, f"{STATUS}.endsWith('match')"), f"searching finds nothing: {browser.value(STATUS)}")
    found = browser.value(DOCUMENTS)
    check(found and all("scan-77" in each for each in found), f"found {found}")
    browser.value("(() => { const e = document.querySelector('#documents input'); e.value = ''; "
                  "e.dispatchEvent(new Event('input')); })()")
    check(wait_until(browser, f"{STATUS}.startsWith('10,000 documents')"), "an empty search does not show all again")

    tab_to(browser, "documents BUTTON Document")
    browser.press("Enter")
    names = browser.value(DOCUMENTS)
    sorted_there = browser.value(f"{DOCUMENTS}.every((each, i, all) => i === 0 || "
                                 "new Intl.Collator('en', {numeric: true}).compare(all[i - 1], each) <= 0)")
    check(sorted_there and names[0] != "worst.pdf", f"sorted by name: {names[:5]}")
    check(browser.value("[...document.querySelectorAll('#documents th')].map(each => each.ariaSort)") ==
          [None, "ascending", None], "aria-sort does not say how the documents are sorted")
    browser.press("Enter")
    check(browser.value("document.querySelectorAll('#documents th')[1].ariaSort") == "descending", "it is not turned round")
    tab_to(browser, "documents BUTTON Show 50 more")
    browser.press("Enter")
    check(len(browser.value(DOCUMENTS)) == 100, "no further documents are shown")


REASONS = "[...document.querySelectorAll('.reasons > li')].filter(each => !each.hidden)"
TEMPLATES = REASONS + ".map(each => each.querySelector('.template').textContent)"


def choose_order(browser, value):
    browser.value(f"(() => {{ const e = document.querySelector('#reasons select'); e.value = '{value}'; "
                  "e.dispatchEvent(new Event('change')); })()")


def results_with_three_reasons():
    """`Broken` has most failed files, `Absent` most jobs, `Clipped` most documents."""
    def files(error, *documents):
        return [{"document": each, "error": error} for each in documents]
    jobs = [files("Broken pipe", "one", "one", "one", "one", "one")]
    jobs += [files("Absent key", "one"), files("Absent key", "one"), files("Absent key", "two")]
    jobs += [files("Clipped page", "one", "two"), files("Clipped page", "three", "four")]
    return "".join(job_line(i, each) for i, each in enumerate(jobs))


def check_reasons_are_found_and_ordered(browser, page):
    browser.show_as(1440)
    browser.open(page)
    for order, expected in (("jobs", "Absent Clipped Broken"), ("documents", "Clipped Absent Broken"),
                            ("text", "Absent Broken Clipped"), ("files", "Broken Clipped Absent")):
        choose_order(browser, order)
        found = [each.split()[0] for each in browser.value(TEMPLATES)]
        check(found == expected.split(), f"by {order} the reasons are {found}")

    tab_to(browser, "reasons INPUT Search")
    browser.type("page clip")
    status = "document.querySelector('#reasons [role=status]').textContent"
    check(wait_until(browser, f"{status} === '1 of 3 reasons match'"), f"searching says: {browser.value(status)}")
    check(browser.value(TEMPLATES) == ["Clipped page"], f"found {browser.value(TEMPLATES)}")
    browser.value("(() => { const e = document.querySelector('#reasons input'); e.value = ''; "
                  "e.dispatchEvent(new Event('input')); })()")
    check(wait_until(browser, f"{status} === ''") and len(browser.value(TEMPLATES)) == 3,
          "an empty search does not show all again")


def check_reasons_lead_to_documents(browser):
    browser.value("document.querySelector('.reasons button').click()")
    reason = browser.value("document.querySelector('.reasons .template').textContent")
    shown = browser.value("[...document.querySelectorAll('#documents tbody tr')].map(row => row.cells[2].textContent)")
    check(shown and set(shown) == {reason}, f"the documents of {reason} are not shown: {shown[:3]}")
    check(browser.value(FOCUSED) == "documents INPUT Search", "the focus stays behind")


def check_sorting_of_tables(browser):
    browser.value("document.querySelectorAll('#days th button')[1].click()")
    figures = browser.value("[...document.querySelectorAll('#days tbody tr')].map(row => Number(row.cells[1].dataset.sort))")
    check(figures == sorted(figures, reverse=True) and len(set(figures)) > 1, f"the days are not sorted: {figures}")


def check_speed(browser):
    took = browser.value("(() => { const begin = performance.now(); document.querySelectorAll('#documents th button')[2].click();"
                         " return performance.now() - begin; })()")
    check(took < 3000, f"sorting 10,000 documents took {took:.0f} ms")


def check_print(browser):
    browser.show_as(800, media="print")
    hidden = "['nav', 'input', 'select', '.more button', '.reasons button'].filter(each => document.querySelector(each)?.checkVisibility())"
    check(browser.value(hidden) == [], f"printed: {browser.value(hidden)}")
    check(browser.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)", "paper is not white")
    check(browser.value(CONTRASTS) == [], f"printed: {browser.value(CONTRASTS)}")
    check(browser.value("document.querySelector('#documents [role=status]').checkVisibility()"),
          "paper does not say how many of the documents it shows")
    check(browser.pdf().startswith(b"%PDF"), "cannot be printed")


def check_hostile_names(browser):
    texts = browser.value("document.body.textContent")
    check("<img src=x onerror=alert(1)>" in texts, "a hostile name is not shown as it is")
    check("\u202e" not in texts and "\u2028" not in texts, "a name turns or breaks the text around it")
    check(browser.value("document.querySelectorAll('img, iframe, object, [onmouseover], [onerror], b').length") == 0,
          "a hostile name has become markup")
    check(browser.value("document.querySelectorAll('script').length") == 2, "a hostile name has become a script")


def check_without_script(browser, page):
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    check("The list of documents needs JavaScript" in browser.value("document.body.innerText"), "nobody says what is missing")
    for text in ("Why files fail", "12,270", "ReadTimeout", "What usually helps", "invoices", "server_error"):
        check(text in browser.value("document.body.innerText"), f"without JavaScript there is no {text}")
    browser.call("Emulation.setScriptExecutionDisabled", value=False)


def check_contrasts(browser, page):
    for scheme in ("light", "dark"):
        browser.show_as(1440, scheme)
        check(browser.value(CONTRASTS) == [], f"{page}, {scheme}: {browser.value(CONTRASTS)}")


def main(program, shots=None):
    if not chromium():
        print("skipped: there is no chromium; `scripts/install-dependencies browser` installs it")
        return 77
    with tempfile.TemporaryDirectory() as folder, Browser() as browser:
        much = page_of(program, folder, "much", results_with_much())
        pages = [much, page_of(program, folder, "none", job_line(1, []) + job_line(2, [])),
                 page_of(program, folder, "unknown", job_line(1, None, outcome="timeout", http_status=None, message="late"))]
        for page in pages:
            browser.open(page)
            check_looks(browser, page, shots)
            check_quiet(browser, page)
        check(os.path.getsize(much) < 3_000_000, f"the page has {os.path.getsize(much)} bytes")
        browser.open(much)
        check_contrasts(browser, much)
        check_hostile_names(browser)
        check_list_by_keyboard(browser, much)
        check_reasons_lead_to_documents(browser)
        check_sorting_of_tables(browser)
        check_speed(browser)
        check_print(browser)
        check_quiet(browser, much)
        check_without_script(browser, much)
        check_reasons_are_found_and_ordered(browser, page_of(program, folder, "three", results_with_three_reasons()))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
