"""What an answer must satisfy, and which misconception explains a wrong one.

``check_NAME(answer, part=None, seed=0)`` returns None when all is right and raises CheckError
otherwise. ``part`` asks only a part of the question, ``seed`` draws other random cases.
"""

from course_utils.checks.convolution import check_conv2d
from course_utils.checks.error import CheckError
from course_utils.checks.sizes import check_output_size

__all__ = ["CheckError", "check_conv2d", "check_output_size"]
