"""All questions that are asked by comparing with the reference."""

from course_utils.checks import (
    borders,
    convolution,
    fields,
    gradients,
    parameters,
    pooled_sizes,
    pooling,
    shifts,
    sizes,
    split,
)
from course_utils.checks.question import Question

_SIZES = (sizes, parameters, pooled_sizes, fields)
_ARRAYS = (borders, convolution, pooling, gradients, shifts, split)
QUESTIONS = [
    value
    for module in (*_SIZES, *_ARRAYS)
    for value in vars(module).values()
    if isinstance(value, Question)
]
MISTAKES = [(question, mistake) for question in QUESTIONS for mistake in question.mistakes]


def mistake_name(pair) -> str:
    question, mistake = pair
    number = question.mistakes.index(mistake)
    return f"{question.name}-{number}-{mistake.id or 'slip'}"
