"""A student's actions in real JupyterLab and a real browser: run all, watch, interrupt, continue, restart."""
import os
import shutil
import sys
import time

import nbformat
import pytest
from conftest import PROJECT

sys.path.insert(0, str(PROJECT / "binder"))
from measure import TOKEN, Server  # noqa: E402

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: ./lab test does that")

NOTEBOOK = PROJECT / "notebooks" / "01-the-gray-trap.ipynb"
SCREENSHOTS = PROJECT / "target" / "browser"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RUN_MILLISECONDS = 5 * 60 * 1000
# much longer than a step of the interface takes on a busy machine
STEP_MILLISECONDS = 60 * 1000

# A long training, and a cell that needs the trained model.
LONG = """
Sequential model = sequential(dense(2, 8), tanh(), dense(8, 1));
Tensor one = Tensor.of(new float[] {1}, 1, 1);
History history = new Trainer(model, meanSquaredError()).steps(1_000_000_000).title("a long run")
    .fit((step, random) -> new Example(Latent.normal(2).draw(1, random, model.backend()), one));
"""
AFTER = 'System.out.println("outputs " + model.predict(Latent.normal(2).draw(1, 1)).shape());'

PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(prompt => prompt.textContent.trim())"

LINE = "[...document.querySelectorAll('progress')].at(-1)?.parentElement.innerText"


@pytest.fixture
def browser():
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.skip(f"no browser is installed (looked for {', '.join(BROWSERS)}): apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        # a browser started by root refuses to run in its sandbox
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def server(tmp_path):
    """JupyterLab with default settings, and a copy of the notebook without its outputs."""
    files = tmp_path / "files"
    files.mkdir()
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    notebook.cells += [nbformat.v4.new_code_cell(source.strip()) for source in (LONG, AFTER)]
    nbformat.write(notebook, files / NOTEBOOK.name)
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    with Server(files, **{home: str(tmp_path / home.lower()) for home in homes}) as server:
        yield server


def committed(mime, tag):
    """The number of outputs of the committed notebook with a picture or a table."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    outputs = [output.get("data", {}) for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return sum((mime in data) + data.get("text/html", "").count(tag) for data in outputs)


def test_a_student_at_work(browser, server):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    complaints = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(STEP_MILLISECONDS)
    page.on("console", lambda message: message.type == "error" and complaints.append(f"{message.text} {message.location}"))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answers = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: note_answer(frame, answers)))
    page.goto(f"{server.address}/lab/tree/{NOTEBOOK.name}?token={TOKEN}")
    cells = sum(cell.cell_type == "code" for cell in nbformat.read(NOTEBOOK, as_version=4).cells) + 2
    page.locator(".jp-CodeCell").nth(cells - 1).wait_for(state="attached")
    answers_of_kernel(page, answers, 1)

    choose(page, "Run", "Run All Cells")
    long_cell = page.locator(".jp-CodeCell").nth(cells - 2)
    # the notebook's own cells are finished when the long one runs
    bar = long_cell.locator("progress")
    bar.wait_for(timeout=RUN_MILLISECONDS)
    assert page.evaluate(PROMPTS)[:-2] == [f"[{n}]:" for n in range(1, cells - 1)]

    first = page.evaluate(LINE)
    second = page.wait_for_function(f"first => {LINE} !== first && {LINE}", arg=first).json_value()
    assert "a long run" in first and "of 1,000,000,000" in second
    long_cell.locator("img").wait_for()
    long_cell.scroll_into_view_if_needed()
    page.screenshot(path=SCREENSHOTS / "progress.png")

    page.locator("[data-command='notebook:interrupt-kernel'], [title^='Interrupt the kernel']").first.click()
    error = long_cell.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").first
    error.wait_for()
    kernel_is("idle", page)
    after = page.locator(".jp-CodeCell").nth(cells - 1)
    run_cell(page, after)
    after.get_by_text("outputs 1×1").wait_for()
    page.screenshot(path=SCREENSHOTS / "interrupted.png")

    shown = page.evaluate(
        """() => [...document.querySelectorAll('.jp-CodeCell')].slice(0, -2).flatMap(cell =>
            [...cell.querySelectorAll('.jp-OutputArea-output img, .jp-OutputArea-output table')].map(one => ({
                tag: one.tagName, width: one.getBoundingClientRect().width, height: one.getBoundingClientRect().height,
                loaded: one.tagName === 'TABLE' ? one.rows.length : one.naturalWidth})))"""
    )
    for one in shown:
        assert one["width"] > 20 and one["height"] > 20 and one["loaded"] > 1, one
    assert sum(one["tag"] == "IMG" for one in shown) == committed("image/png", "<img")
    assert sum(one["tag"] == "TABLE" for one in shown) == committed("no such type", "<table")

    choose(page, "Kernel", "Restart Kernel…")
    before = len(answers)
    page.locator(".jp-Dialog .jp-mod-accept").click()
    answers_of_kernel(page, answers, before + 1)
    run_cell(page, after)
    after.locator(".jp-InputArea-prompt", has_text="[1]:").wait_for()
    # the model was lost with the kernel
    after.get_by_text("cannot find symbol").first.wait_for()
    page.screenshot(path=SCREENSHOTS / "restarted.png")
    assert complaints == []


def note_answer(frame, answers):
    if isinstance(frame, bytes) and b"kernel_info_reply" in frame:
        answers.append(frame)


def answers_of_kernel(page, answers, wanted):
    """Waits until a new kernel has sent its description to JupyterLab. Before that, a click on Run is lost. The state that
    JupyterLab shows does not help: it is "unknown" until a cell has run."""
    until = time.monotonic() + STEP_MILLISECONDS / 1000
    while len(answers) < wanted:
        assert time.monotonic() < until, "the kernel did not start"
        page.wait_for_timeout(50)


def kernel_is(status, page):
    page.locator(f".jp-Notebook-ExecutionIndicator[data-status='{status}']").wait_for()


def choose(page, menu, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=menu).first.click()
    page.locator(".lm-Menu-itemLabel", has_text=item).first.click()


def run_cell(page, cell):
    cell.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
