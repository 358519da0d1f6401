"""Questions at the end of a chapter, with feedback for each wrong answer."""

from html import escape
from math import isfinite
from typing import Any
from zlib import crc32

import traitlets

from course_utils.widgets.base import Demo

_OPTION_KEYS = {"text", "correct", "feedback", "misconception"}
_MISTAKE_KEYS = {"value", "feedback", "misconception"}
_CHOICE_KEYS = {"question", "options"}
_NUMBER_KEYS = {"question", "answer", "feedback", "tolerance", "mistakes"}


class Quiz(Demo, module="quiz"):
    """``Quiz([question, …])``. A question is a dict of one of two kinds:

    - a choice: ``{"question": …, "options": [option, …]}`` with options
      ``{"text", "feedback", "correct"?, "misconception"?}``; at least one of them is correct. Each
      option has its own feedback, and a wrong one may name the id of its misconception. The order
      in which options are shown depends on the question's text, so that an author may always write
      the right one first;
    - a number: ``{"question": …, "answer": 18, "feedback": …, "tolerance"?: 0.5,
      "mistakes"?: [{"value", "feedback", "misconception"?}, …]}``.

    Text is plain, with `code` between backticks. ``answers`` holds the last checked answer of each
    question: an option's position, a number, or None.
    """

    questions = traitlets.List().tag(sync=True)
    answers = traitlets.List().tag(sync=True)

    def __init__(self, questions=(), answers=None, **kwargs: Any):
        super().__init__(questions=questions, **kwargs)
        if answers is not None:
            self.answers = answers

    @traitlets.observe("questions")
    def _clear(self, _change: dict | None = None) -> None:
        self.answers = [None] * len(self.questions)

    @traitlets.validate("questions")
    def _check_questions(self, proposal: dict) -> list[dict]:
        return [_question(number, asked) for number, asked in enumerate(proposal["value"], 1)]

    @traitlets.validate("answers")
    def _check_answers(self, proposal: dict) -> list[float | None]:
        answers = list(proposal["value"])
        if len(answers) != len(self.questions):
            raise traitlets.TraitError(
                f"Quiz.answers takes one answer or None for each of {len(self.questions)} "
                f"questions; got {len(answers)}"
            )
        for number, answer in enumerate(answers, 1):
            if not (answer is None or _finite(answer)):
                raise traitlets.TraitError(
                    f"Quiz.answers, question {number}: got {answer!r}; give a number, an option's "
                    "position, or None"
                )
        return answers

    def describe(self) -> str:
        """Return the questions in one line each."""
        return "\n".join(f"{n}. {q['question']}" for n, q in enumerate(self.questions, 1))

    def picture(self) -> str:
        """Return the questions as an HTML list, with the answers folded below it.

        It is not an SVG, because text is easier to read as text: on paper, on a small screen, and
        for a screen reader.
        """
        asked, solved = "", ""
        for question in self.questions:
            options = question.get("options", ())
            letters = [chr(ord("a") + i) for i, option in enumerate(options) if option["correct"]]
            texts = "".join(f"<li>{_prose(option['text'])}</li>" for option in options)
            asked += f"<li>{_prose(question['question'])}"
            asked += f'<ol type="a">{texts}</ol></li>' if options else "</li>"
            feedback = [option["feedback"] for option in options if option["correct"]]
            answer = ", ".join(letters) or f"{question['answer']:,}".replace("-", "−")
            solved += (
                f"<li><b>{answer}.</b> {_prose(' '.join(feedback or [question['feedback']]))}</li>"
            )
        return (
            f'<div class="cnn-questions"><p><b>Check yourself</b></p><ol>{asked}</ol>'
            f"<details><summary>Answers</summary><ol>{solved}</ol></details></div>"
        )


def _finite(value: Any) -> bool:
    """Return whether ``value`` is a finite number, which JSON can hold."""
    return isinstance(value, int | float) and isfinite(value)


def _prose(text: str) -> str:
    """Return plain text with `code` between backticks as HTML."""
    parts = [escape(part) for part in text.split("`")]
    return "".join(f"<code>{part}</code>" if i % 2 else part for i, part in enumerate(parts))


def _question(number: int, asked: Any) -> dict:
    """Return a copy of one question in display order. Raises TraitError for a wrong one."""

    def need(good: bool, message: str) -> None:
        if not good:
            raise traitlets.TraitError(f"Quiz, question {number}: {message}")

    need(isinstance(asked, dict) and isinstance(asked.get("question"), str), "needs a 'question'")
    need(
        ("options" in asked) != ("answer" in asked),
        "needs either 'options' or an 'answer' (a number), not both",
    )
    known = _CHOICE_KEYS if "options" in asked else _NUMBER_KEYS
    need(
        set(asked) <= known, f"does not know {sorted(set(asked) - known)}; it knows {sorted(known)}"
    )
    parts = asked.get("options", asked.get("mistakes", ()))
    known = _OPTION_KEYS if "options" in asked else _MISTAKE_KEYS
    name = "text" if "options" in asked else "value"
    for part in parts:
        need(
            {name, "feedback"} <= set(part) <= known,
            f"each of its {len(parts)} parts needs '{name}' and 'feedback', and may have "
            f"{sorted(known - {name, 'feedback'})}; got {sorted(part)}",
        )
    if "options" not in asked:
        need(_finite(asked["answer"]), "its 'answer' is not a finite number")
        slack = asked.get("tolerance", 0)
        need(_finite(slack) and slack >= 0, "its 'tolerance' is not a number from 0 on")
        return {"tolerance": 0, "mistakes": [], "feedback": "", **asked}
    options = [{"correct": False, **option} for option in asked["options"]]
    need(any(option["correct"] for option in options), "has no correct option")
    need(len(options) > 1, "has only one option")
    options.sort(key=lambda option: crc32((asked["question"] + option["text"]).encode()))
    return {**asked, "options": options}
