"""The synthetic submissions of each assignment with the marks that any way of marking must give."""

from typing import NamedTuple

from tests.exercises import misconceptions
from tests.exercises.submissions import Wrong, author_answers, points, wrong_answers

ASSIGNMENTS = ("convolution", "pooling", "cnn")

_HALF = {
    "convolution": "same_padding conv2d_plain layer_parameters",
    "pooling": "avg_pool2d receptive_field",
    "cnn": "default_parameters build_model",
}
_ANOTHER_ANSWER = {"build_model_settings"}  # checks the list of settings, which is left out


class Work(NamedTuple):
    """``answers``: grade id of a solution cell → text; ``marks``: grade id of a check → score."""

    answers: dict[str, str]
    marks: dict[str, float]


def work(assignment: str) -> dict[str, Work]:
    """Name → submission: ``author``, ``untouched``, ``half``, and an id for each misconception."""
    made = {"author": author(assignment), "untouched": untouched(assignment)}
    wrong = (each for each in misconceptions.ALL if each.assignment == assignment)
    return (
        made | {"half": half(assignment)} | {each.misconception: mistaken(each) for each in wrong}
    )


def together(assignment: str) -> dict[str, Work]:
    """The same, with the misconceptions of different questions in one submission.

    This is for slow ways of marking: 5 submissions have all 17 misconceptions of ``convolution``.
    """
    made = {"author": author(assignment), "untouched": untouched(assignment)}
    made |= {"half": half(assignment)}
    groups: list[list[Wrong]] = []
    for wrong in misconceptions.ALL:
        if wrong.assignment == assignment:
            fits = (group for group in groups if all(_apart(wrong, other) for other in group))
            if (group := next(fits, None)) is not None:
                group.append(wrong)
            else:
                groups.append([wrong])
    for group in groups:
        answers, marks = map(dict, mistaken(group[0]))
        for wrong in group[1:]:
            theirs = mistaken(wrong)
            answers |= {name: theirs.answers[name] for name in wrong.questions.split()}
            marks |= {name: theirs.marks[name] for name in wrong.lost.split()}
        made["+".join(wrong.misconception for wrong in group)] = Work(answers, marks)
    return made


def _apart(one: Wrong, other: Wrong) -> bool:
    """Whether two misconceptions are in different questions and lose different points."""
    return not (
        set(one.questions.split()) & set(other.questions.split())
        or set(one.lost.split()) & set(other.lost.split())
    )


def author(assignment: str) -> Work:
    """Everything answered, every point."""
    return Work(author_answers(assignment), _full(assignment))


def untouched(assignment: str) -> Work:
    """As it was handed out: no point."""
    return Work({}, dict.fromkeys(points(assignment), 0.0))


def half(assignment: str) -> Work:
    """Some questions answered, the others as handed out: the points of those questions."""
    all_answers, done = author_answers(assignment), _HALF[assignment].split()
    marks = {
        name: most if _question(name, all_answers) in done and name not in _ANOTHER_ANSWER else 0.0
        for name, most in _full(assignment).items()
    }
    return Work({name: all_answers[name] for name in done}, marks)


def mistaken(wrong: Wrong) -> Work:
    """The author's answers with one misconception; of ``cnn`` that question alone is answered.

    (Its other questions train networks, which takes minutes for every entry.)
    """
    answers, marks = wrong_answers(wrong), _full(wrong.assignment)
    if wrong.assignment == "cnn":
        marks = {
            name: most if _question(name, answers) in wrong.questions.split() else 0.0
            for name, most in marks.items()
        }
        answers = {name: answers[name] for name in wrong.questions.split()}
    return Work(answers, marks | dict.fromkeys(wrong.lost.split(), 0.0))


def _full(assignment: str) -> dict[str, float]:
    return {name: float(most) for name, most in points(assignment).items()}


def _question(check: str, names) -> str:
    """The question (one of ``names``) that a check's grade id belongs to: the longest that fits."""
    return max((name for name in names if check.startswith(name + "_")), key=len, default="")
