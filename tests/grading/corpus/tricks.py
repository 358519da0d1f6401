"""Wrong work that would get full marks if a student's own process marked it."""

from tests.grading.corpus.assignment import Case, code, handed_in, notebook

_WRONG = {
    "double": "def double(x):\n    return x",
    "total": "def total(values):\n    return -1.0",
    "scale": "def scale(image, factor):\n    return None",
    "mean": "def mean(values):\n    return -1",
}


def _wrong(added: str, **answers) -> Case:
    return code(added, score=0.0, **(_WRONG | answers))


def _skipped() -> Case:
    made = notebook(**_WRONG)
    for cell in made.cells:
        cell.metadata["tags"] = ["skip-execution"]
    return Case(handed_in(made), 0.0, "repaired", "with other tags")


def _forged(data) -> Case:
    """Outputs that claim points, in every cell."""
    from nbformat.v4 import new_output

    made = notebook(**_WRONG)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("execute_result", data, execution_count=1)]
    return Case(handed_in(made), 0.0)


_EQUAL = """
class Equal(float):
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    def __le__(self, other): return True
    def __sub__(self, other): return self
    def __rsub__(self, other): return self
    def __abs__(self): return 0.0
    def __array__(self, *a, **k): return np.array(Equal(0))
    def __bool__(self): return True
    def __hash__(self): return 0
    def __getattr__(self, name): return Equal(1)
def double(x): return Equal(0)
total = mean = lambda values: Equal(0)
scale = lambda image, factor: Equal(0)
"""

CASES = {
    "trick-skip-tag": _skipped(),
    "trick-ast": _wrong(
        """
import ast
class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
    def visit_Expr(self, node): return node
get_ipython().ast_transformers.append(NoAsserts())
"""
    ),
    "trick-run-cell-async": _wrong(
        """
from IPython.core.interactiveshell import ExecutionResult, ExecutionInfo
shell = get_ipython()
async def nothing(*args, **kwargs):
    return ExecutionResult(ExecutionInfo("", False, False, False, None))
type(shell).run_cell_async = nothing
"""
    ),
    "trick-forged-result": _forged({"text/plain": "2.0"}),
    "trick-forged-empty": _forged({}),
    "trick-forged-nan": _forged({"text/plain": "nan"}),
    "trick-forged-above": _forged({"text/plain": "1000000"}),
    "trick-patched-testing": _wrong(
        """
import numpy.testing
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *a, **k: None)
np.testing.assert_allclose = lambda *a, **k: None
"""
    ),
    "trick-own-numpy": Case(
        handed_in(notebook(**_WRONG))
        | {"numpy.py": b"class testing:\n    assert_allclose = assert_array_equal = print\n"},
        0.0,
    ),
    "trick-own-course-utils": Case(
        handed_in(notebook(**_WRONG))
        | {"course_utils/checks.py": b"", "sitecustomize.py": b"raise SystemExit"},
        0.0,
    ),
    "trick-equal-to-all": code(_EQUAL, 0.0, double="", total="", scale="", mean=""),
    "trick-author-names": _wrong(
        """
import builtins
builtins.float = lambda *a: 1.0
builtins.AssertionError = type("A", (Exception,), {})
points = 2.0
np = None
"""
    ),
    "trick-partial-nan": code(score=6.0, mean="def mean(values):\n    return float('nan')"),
    "trick-partial-type": code(
        score=6.0,
        mean="""
class Yes(int):
    def __eq__(self, other): return 1e9
def mean(values): return Yes(7)
""",
    ),
    "overwritten-builtins": code(
        "sum_, len_ = sum, len\nlist = dict = str = print = sum = len = None",
        mean="def mean(values):\n    return sum_(values) / len_(values)",
    ),
}
