"""What a student installs: the right source, and TensorFlow only where a notebook uses it."""

import pytest
from packaging.requirements import Requirement

from course_utils.requirement import needs_tensorflow, notebook_requirement, wheel_requirement

CELL = "```{{code-cell}} ipython3\n{}\n```\n"
PLAIN = "Keras, in prose: `import keras`.\n" + CELL.format("from course_utils import reference")
NETWORK = CELL.format("import keras")


@pytest.mark.parametrize(
    ("code", "needs"),
    [
        ("from course_utils import reference", False),
        ("import keras", True),
        ("from course_utils.models import cnn", True),
        ("kerasish = 1", False),
    ],
)
def test_tensorflow_is_asked_for_where_it_is_used(code, needs):
    """Is code with Keras told from code without, and from a word that begins like it?"""
    assert needs_tensorflow(code) is needs


def test_a_public_course_is_installed_from_its_repository():
    """Does pip read the line as this course, from that address, with its extra?"""
    needed = Requirement(notebook_requirement("https://ann.example.org/cnn/", NETWORK))
    assert (needed.name, needed.extras, needed.url) == (
        "cnn-course",
        {"cnn"},
        "git+https://ann.example.org/cnn",
    )
    assert Requirement(notebook_requirement("https://ann.example.org/cnn", PLAIN)).extras == set()


def test_a_course_without_an_address_is_installed_from_its_wheel():
    """Is it a path (a bare name would be looked up), and a wheel's name that pip accepts?"""
    from packaging.utils import parse_wheel_filename

    for notebook, extra in ((PLAIN, ""), (NETWORK, "[cnn]")):
        needed = wheel_requirement("0.1.0", notebook)
        path, bracket, rest = needed.partition("[")
        assert path.startswith("./")
        assert bracket + rest == extra
        assert parse_wheel_filename(path[2:])[0] == "cnn-course"
