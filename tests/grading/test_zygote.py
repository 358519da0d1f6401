"""One preloaded process forks: each connection gets its imports, and no other student's work."""

from tests.grading.conftest import shown


def test_each_fork_is_fresh(open_submission):
    """Is a name, a changed module or a changed built-in of one submission unknown to the next?"""
    first, second = open_submission(), open_submission()
    shown(first, "import numpy, builtins\nnumpy.mine = 1\nbuiltins.abs = lambda x: 7\nmine = 2")
    outputs = shown(
        second, "import numpy\nprint(hasattr(numpy, 'mine'), abs(-1), 'mine' in globals())"
    )
    assert outputs[0]["text"] == "False 1 False\n"


def test_what_was_imported_is_there_already(open_submission):
    """Is NumPy in a fork before a cell imports it, and Python's collector on?"""
    outputs = shown(
        open_submission(), "import sys, gc\nprint('numpy' in sys.modules, gc.isenabled())"
    )
    assert outputs[0]["text"] == "True True\n"


def test_a_submission_is_nobody(open_submission):
    """Has it no privilege, and no right to get one?"""
    source = """import ctypes, os
print(0 in os.getresuid(), ctypes.CDLL(None).prctl(39, 0, 0, 0, 0))  # may it gain privileges?
try:
    os.setuid(0)
except OSError:
    print('refused')"""
    assert shown(open_submission(), source)[0]["text"] == "False 1\nrefused\n"


def test_a_fork_has_all_that_a_first_cell_and_a_first_error_import(open_submission):
    """Is IPython's part for them imported before the fork, and nothing left of its rehearsal?"""
    source = """import linecache, sys
print('IPython.core.completer' in sys.modules, 'stack_data' in sys.modules)
print(hasattr(sys, 'last_value'), len(In), _oh, len(sys.modules['__main__'].In))
print(len([name for name in linecache.cache if name.startswith('<ipython')]))"""
    (out,) = shown(open_submission(), source)
    assert out["text"] == "True True\nFalse 2 {} 2\n1\n"
