"""Skip imports that take every process a tenth of a second or more and are of no use here.

- nbformat imports jsonschema, which (with the extra that Jupyter Server needs) builds 38 parsers
  for web addresses in any alphabet with ``rfc3987_syntax``, and a calendar of many languages with
  ``isoduration``. No schema of a notebook has such an address, or a duration: ``jsonschema`` then
  works as if these libraries were not installed.
- nbgrader imports ``setuptools``, with which it unpacks zips in one of its commands. It is imported
  when it is first used.

Import this module before nbformat and nbgrader.
"""

import gc
import importlib
import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def without_collecting() -> Generator[None, None, None]:
    """In a ``with``: import much. It leaves no garbage, and to look for it takes a tenth longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Later(ModuleType):
    """Stands for the module ``name``, which is imported when one of its names is asked for.

    Its ``functions`` may be asked for before: the module is imported when one is called.
    """

    def __init__(self, name: str, *functions: str):
        super().__init__(name)
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._functions:
            return getattr(self._real(), name)
        return lambda *args, **options: getattr(self._real(), name)(*args, **options)

    def _real(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return importlib.import_module(self.__name__)


if "jsonschema" not in sys.modules:
    for _name in ("rfc3987_syntax", "isoduration"):
        sys.modules.setdefault(_name, None)  # pyright: ignore[reportArgumentType]
if "nbgrader" not in sys.modules:
    _later = _Later("setuptools.archive_util", "unpack_archive", "unpack_tarfile", "unpack_zipfile")
    sys.modules.setdefault(_later.__name__, _later)
