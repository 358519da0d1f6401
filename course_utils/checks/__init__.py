"""Check a student's answers, and explain a wrong answer by the misconception behind it.

``check_NAME(answer, part=None, seed=0)`` returns None when all is right and raises CheckError
otherwise. ``part`` checks only a part of the question, ``seed`` draws other random cases.
"""

from course_utils.checks.borders import check_zero_pad
from course_utils.checks.convolution import (
    check_conv2d,
    check_conv2d_plain,
    check_conv2d_strided,
)
from course_utils.checks.default_parameters import check_default_parameters
from course_utils.checks.error import CheckError
from course_utils.checks.fields import check_receptive_field
from course_utils.checks.gradients import check_max_pool2d_backward
from course_utils.checks.honest_validation import check_validation_honest
from course_utils.checks.networks import check_build_model
from course_utils.checks.parameters import check_layer_parameters
from course_utils.checks.pooled_sizes import check_values_left
from course_utils.checks.pooling import check_avg_pool2d, check_max_pool2d
from course_utils.checks.shifts import check_changed_cells
from course_utils.checks.sizes import check_output_size, check_same_padding
from course_utils.checks.split import check_split_validation
from course_utils.checks.sweep import check_results, check_results_again
from course_utils.checks.training import (
    check_baseline,
    check_final,
    check_goal,
    check_learns,
)
from course_utils.checks.validation import check_validation_accuracy

__all__ = [
    "CheckError",
    "check_avg_pool2d",
    "check_baseline",
    "check_build_model",
    "check_changed_cells",
    "check_conv2d",
    "check_conv2d_plain",
    "check_conv2d_strided",
    "check_default_parameters",
    "check_final",
    "check_goal",
    "check_layer_parameters",
    "check_learns",
    "check_max_pool2d",
    "check_max_pool2d_backward",
    "check_output_size",
    "check_receptive_field",
    "check_results",
    "check_results_again",
    "check_same_padding",
    "check_split_validation",
    "check_validation_accuracy",
    "check_validation_honest",
    "check_values_left",
    "check_zero_pad",
]
