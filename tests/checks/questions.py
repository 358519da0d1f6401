"""All questions that are asked by comparing with the reference."""

from course_utils.checks import convolution, fields, pooling, sizes, validation
from course_utils.checks.examine import Question

QUESTIONS = [
    value
    for module in (sizes, convolution, pooling, fields, validation)
    for value in vars(module).values()
    if isinstance(value, Question)
]
MISTAKES = [(question, mistake) for question in QUESTIONS for mistake in question.mistakes]


def mistake_name(pair) -> str:
    question, mistake = pair
    number = question.mistakes.index(mistake)
    return f"{question.name}-{number}-{mistake.id or 'slip'}"
