"""All questions that are asked by comparing with the reference."""

from course_utils.checks import (
    convolution,
    fields,
    gradients,
    parameters,
    pooling,
    shifts,
    sizes,
    split,
)
from course_utils.checks.question import Question

QUESTIONS = [
    value
    for module in (sizes, parameters, convolution, pooling, gradients, fields, shifts, split)
    for value in vars(module).values()
    if isinstance(value, Question)
]
MISTAKES = [(question, mistake) for question in QUESTIONS for mistake in question.mistakes]


def mistake_name(pair) -> str:
    question, mistake = pair
    number = question.mistakes.index(mistake)
    return f"{question.name}-{number}-{mistake.id or 'slip'}"
