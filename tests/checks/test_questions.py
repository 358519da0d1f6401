"""Each question both ways: the reference passes, every typical mistake is named as itself."""

import pytest

from course_utils import checks
from course_utils.catalogue import CATALOGUE
from course_utils.checks import CheckError
from course_utils.checks.examine import examine
from tests.checks.questions import MISTAKES, QUESTIONS, mistake_name


def stub(*arguments, **options):
    """The stub that a student receives."""
    raise NotImplementedError()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_the_truth_passes(question, capsys):
    """Does the reference pass every part, also with other seeds, with one line of success?"""
    for part in (None, *question.parts):
        assert examine(question, question.truth, part, seed=len(question.name)) is None
        assert capsys.readouterr().out.startswith(f"{question.name}: right. ")
    assert callable(getattr(checks, f"check_{question.name}"))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_the_untouched_stub_fails_kindly(question):
    """Does an answer that is not there yet get a sentence, not a traceback?"""
    with pytest.raises(CheckError, match=f"{question.name} is not written yet") as caught:
        examine(question, stub)
    assert caught.value.misconception is None
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("seed", [0, 402])
@pytest.mark.parametrize("pair", MISTAKES, ids=mistake_name)
def test_each_mistake_is_named_as_itself(pair, seed):
    """Is a wrong implementation recognised on the visible cases and on those of hidden tests?"""
    question, mistake = pair
    with pytest.raises(CheckError) as caught:
        examine(question, mistake.implementation, seed=seed)
    assert caught.value.misconception == mistake.id
    assert caught.value.question == question.name
    said = " ".join(str(caught.value).split())
    if mistake.id:
        entry = CATALOGUE[mistake.id]
        assert (mistake.wrong or entry.wrong) in said
        assert entry.section in said
    else:
        assert mistake.wrong in said
        assert mistake.right in said
    assert "another reason" not in said


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
def test_the_cases_ask_enough(question):
    """Are there strides that do not divide, oblong shapes and negatives where there are arrays?"""
    import numpy as np

    from course_utils.checks.answer import Case

    cases = [c for make in question.parts.values() for c in make(np.random.default_rng(0))]
    assert all(isinstance(case, Case) for case in cases)
    images = [a for c in cases for a in c.arguments if isinstance(a, np.ndarray) and a.ndim > 1]
    if question.name in ("split_validation", "changed_cells") or not images:
        return
    planes = [image.shape[-3:-1] if image.ndim > 2 else image.shape for image in images]
    assert any(height != width for height, width in planes)
    assert any((image < 0).any() for image in images)


def test_several_checks_take_the_same_words():
    """Do parts that an exercise names exist, so that a typing error is no passed check?"""
    with pytest.raises(KeyError):
        checks.check_conv2d(stub, "no such part")
