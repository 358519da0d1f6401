"""What a reader does in a notebook that JupyterLite or JupyterLab shows: wait, run, type."""

import contextlib
import re

from playwright.sync_api import expect

SLOW = 120_000  # ms: Python starts inside the browser, on a machine that may be busy
_RAN = re.compile(r"\[\d+\]:")  # the number that a cell has when it has run


def wait_until_idle(page) -> None:
    """Wait until the notebook is shown and its Python runs."""
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=SLOW)
    idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
    expect(idle).to_have_count(1, timeout=SLOW)


def code_cell(page, words: str):
    """The first code cell with these words in its source."""
    cell = page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=words)).first
    cell.scroll_into_view_if_needed()
    return cell


def run_cell(page, words: str) -> str:
    """Run that cell with the keyboard; what it shows when it is done."""
    cell = code_cell(page, words)
    prompt = cell.locator(".jp-InputPrompt")
    for _ in range(3):  # while a notebook opens, the cell may move away from under the click
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(AssertionError):
            expect(prompt).not_to_have_text("[ ]:", timeout=SLOW / 6)
            break
    expect(prompt).to_have_text(_RAN, timeout=SLOW)
    return "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts())


def type_answer(page, words: str, answer: str) -> None:
    """Put the answer into that cell, by typing."""
    code_cell(page, words).locator(".cm-content").click()
    _retype(page, answer)


_FIND = """words => {
    const shown = [...document.querySelectorAll(".jp-RenderedMarkdown")];
    if (shown.some((cell) => cell.textContent.includes(words))) return true;
    document.querySelector(".jp-WindowedPanel-outer").scrollTop += 300; // what is far is not there
    return false;
}"""


def write_answer(page, words: str, answer: str) -> None:
    """Open the written answer with these words by a double click, and type another one."""
    page.wait_for_function(_FIND, arg=words, timeout=SLOW)
    page.locator(".jp-RenderedMarkdown", has_text=words).first.dblclick()
    typed = page.locator(".jp-MarkdownCell.jp-mod-active .cm-content")
    expect(typed).to_be_focused(timeout=SLOW)
    _retype(page, answer)


def _retype(page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
