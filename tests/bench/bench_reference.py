"""The reference against TensorFlow and against the definition in loops."""

import numpy as np

from course_utils import reference as ref
from tests.bench.measure import medians, show

CONV, POOLS, LOOPS = 1.5, 2.0, 100


def main() -> int:
    """Print the ratios; return how many miss their targets."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 28, 28, 32), np.float32)
    kernel = rng.standard_normal((3, 3, 32, 64), np.float32)
    xt, kernelt = tf.constant(x), tf.constant(kernel)
    # The loops take time in proportion to images and filters, so one of each stands for 64 × 64.
    share = 64 * 64
    seconds = medians({"loops": lambda: ref.conv2d_loops(x[:1], kernel[..., :1])}, rounds=3)
    seconds |= medians(
        {
            "conv2d": lambda: ref.conv2d(x, kernel),
            "conv2d tf": lambda: tf.nn.conv2d(xt, kernelt, 1, "VALID").numpy(),
            "max": lambda: ref.max_pool2d(x),
            "max tf": lambda: tf.nn.max_pool2d(xt, 2, 2, "VALID").numpy(),
            "avg": lambda: ref.avg_pool2d(x),
            "avg tf": lambda: tf.nn.avg_pool2d(xt, 2, 2, "VALID").numpy(),
            "max 3/2": lambda: ref.max_pool2d(x, 3, 2, 1),
            "max 3/2 tf": lambda: tf.nn.max_pool2d(xt, 3, 2, "SAME").numpy(),
        }
    )
    rows = []
    for name, what, most in (
        ("conv2d", "conv2d, 64 kernels of 3×3", CONV),
        ("max", "max_pool2d, window 2", POOLS),
        ("avg", "avg_pool2d, window 2", POOLS),
        ("max 3/2", "max_pool2d, window 3, stride 2, padded", POOLS),
    ):
        mine, theirs = seconds[name], seconds[f"{name} tf"]
        text = f"{mine / theirs:.2f} × TensorFlow's {theirs * 1e3:.2f} ms"
        rows.append((what, text, f"at most {most} ×", mine / theirs <= most))
    faster = seconds["loops"] * share / seconds["conv2d"]
    text = f"{faster:,.0f} × faster than the loops' {seconds['loops'] * share:,.0f} s"
    rows.append(("conv2d", text, f"at least {LOOPS} ×", faster >= LOOPS))
    return show("reference, float32 images (64, 28, 28, 32)", rows)
