"""Every control of the quiz, by mouse and by keyboard, read from the page."""

import pytest
from playwright.sync_api import expect

from course_utils.widgets import Quiz
from tests.browser.reading import status

QUESTIONS = [
    {
        "question": "How many weights has a 3×3 filter over `32` channels?",
        "answer": 288,
        "feedback": "9 for each of 32.",
        "mistakes": [
            {"value": 9, "feedback": "That is one slice.", "misconception": "no-input-channels"}
        ],
    },
    {
        "question": "The picture moves. What does the map do?",
        "options": [
            {"text": "It moves", "correct": True, "feedback": "Equivariance."},
            {"text": "It stays", "feedback": "It says where.", "misconception": "kernel-flipped"},
            {"text": "It vanishes", "feedback": "Why should it?"},
        ],
    },
    {"question": "Mean of 1 and 2?", "answer": 1.5, "tolerance": 0.1, "feedback": "Half of 3."},
]


@pytest.fixture
def page(open_demos):
    """A page with one quiz."""
    return open_demos(Quiz(QUESTIONS))


def test_a_choice_by_mouse(page):
    """Does each option get its own feedback, and a wrong one the link to its misconception?"""
    box = page.get_by_role("group", name="The picture moves")
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("Choose an answer first.")
    box.get_by_text("It stays").click()
    expect(box).not_to_contain_text("It says where.")
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("✗ No. It says where.")
    link = box.get_by_role("link", name="About this misconception")
    assert link.get_attribute("href") == "misconceptions.html#m-kernel-flipped"
    box.get_by_label("It moves").check()
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("✓ Yes. Equivariance.")
    expect(link).to_be_hidden()
    expect(status(page)).to_have_text("1 of 3 questions right.")


def test_a_choice_by_keyboard(page):
    """Can a choice be made and checked without a mouse?"""
    box = page.get_by_role("group", name="The picture moves")
    box.get_by_role("radio").first.focus()
    page.keyboard.press(" ")
    while not box.get_by_label("It moves").is_checked():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("✓ Yes. Equivariance.")


def test_a_number(page):
    """Is a known mistake named, an unknown one sent back, and the answer shown on request?"""
    box = page.get_by_role("group", name="How many weights")
    answer = box.get_by_role("textbox")
    expect(box.locator("code")).to_have_text("32")
    expect(box.get_by_role("button", name="Show the answer")).to_be_hidden()
    answer.fill("nine")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("Type a number first.")
    answer.fill("9")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("✗ No. That is one slice.")
    answer.fill("33")
    box.get_by_role("button", name="Check").click()
    expect(box).to_contain_text("Work it through once more")
    box.get_by_role("button", name="Show the answer").click()
    expect(answer).to_have_value("288")
    expect(box).to_contain_text("✓ Yes. 9 for each of 32.")


@pytest.mark.parametrize("typed", ["18496", "18,496", "18 496"])
def test_thousands_may_be_set_apart(open_demos, typed):
    """Is a number right when it is typed as the book writes it?"""
    page = open_demos(Quiz([{"question": "Parameters?", "answer": 18496, "feedback": "Counted."}]))
    page.get_by_role("textbox").fill(typed)
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("group", name="Parameters?")).to_contain_text("✓ Yes. Counted.")


def test_tolerance_and_reset(page):
    """Is a number within the tolerance right, and does Reset empty all, even what is chosen?"""
    box = page.get_by_role("group", name="Mean of 1 and 2")
    box.get_by_role("textbox").fill("1,45")
    page.keyboard.press("Enter")
    expect(box).to_contain_text("✓ Yes.")
    page.get_by_label("It vanishes").check()
    page.get_by_role("button", name="Reset").click()
    expect(box.get_by_role("textbox")).to_have_value("")
    expect(box).not_to_contain_text("Yes")
    expect(page.get_by_label("It vanishes")).not_to_be_checked()
    expect(status(page)).to_have_text("3 questions, none answered yet.")


def test_answers_given_before_are_shown(open_demos):
    """Do answers in the state come back with their feedback?"""
    quiz = Quiz(QUESTIONS)
    texts = [option["text"] for option in quiz.questions[1]["options"]]
    quiz.answers = [9, texts.index("It moves"), None]
    page = open_demos(quiz)
    expect(page.get_by_role("group", name="How many weights")).to_contain_text("That is one slice.")
    expect(page.get_by_label("It moves")).to_be_checked()
    expect(status(page)).to_have_text("1 of 3 questions right.")
