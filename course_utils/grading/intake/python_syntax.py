"""What a cell's source binds, uses and imports, read from its syntax tree; nothing is run."""

import ast
import re
import symtable
import threading
from functools import lru_cache

from course_utils.grading.text import few_marks

# Workers are threads. Before Python 3.11.8 and 3.12.2, two threads that parse at the same time may
# get "SystemError: AST constructor recursion depth mismatch" (CPython's gh-106905).
_PARSING = threading.Lock()
_HARMLESS = re.compile(r"^%(matplotlib|config)\b.*", re.M)  # magics that read no name
_MOST = 100_000  # characters
_FORMATTED = re.compile(r"""\b(?:f|fr|rf)["']""", re.I)
_MOST_FIELDS = 2 * 10**8  # braces × characters, which Python 3.11 reads in about 0.1 s


def cell_syntax(source: str) -> ast.Module:
    """The cell's syntax tree, with magics turned into calls; empty where it is not Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        text = TransformerManager().transform_cell(source)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])
    return syntax(text)


def syntax(text: str) -> ast.Module:
    """The syntax tree of ``text``; empty where it is not Python, or takes hours to read."""
    if _is_slow(text):
        return ast.Module([], [])
    with _PARSING:
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])


def _is_slow(text: str) -> bool:
    """Whether Python's reader may take minutes: for a tower of accents, or for an f-string, of
    which Python 3.11 reads all that stands before a field again for each of its fields.
    """
    fields = text.count("{") * len(text) > _MOST_FIELDS and _FORMATTED.search(text)
    return bool(fields) or few_marks(text) != text


def bound_names(tree: ast.Module) -> frozenset[str]:
    """The names that get a value at the top level of the cell, not inside its functions."""
    names: set[str] = set()
    open_nodes: list[ast.AST] = list(tree.body)
    while open_nodes:
        node = open_nodes.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {(a.asname or a.name).split(".")[0] for a in node.names}
        open_nodes += ast.iter_child_nodes(node)
    return frozenset(names)


def used_names(tree: ast.Module) -> set[str]:
    """The names that the cell reads, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


@lru_cache(maxsize=128)  # the author's cells are in every submission
def read_names(source: str) -> frozenset[str] | None:
    """The names of the notebook that the cell reads or deletes, also inside functions.

    A local name of a function is none of them. None where the text is very long, or not Python: a
    magic that may read a name, for one. IPython's own reader is not asked: a cell that was written
    to slow it down would stop the grader's process.
    """
    text = _HARMLESS.sub("", source)
    if len(text) > _MOST or _is_slow(text):
        return None
    try:
        with _PARSING:
            tree, scopes = ast.parse(text), [symtable.symtable(text, "cell", "exec")]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: set[str] = set()
    for node in ast.walk(tree):  # symtable counts these as names that get a value
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del):
            names.add(node.id)
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        local = scope.get_type() == "function"
        for symbol in scope.get_symbols():
            if symbol.is_referenced() and (symbol.is_global() or not local):
                names.add(symbol.get_name())
    return frozenset(names)


def import_statements(tree: ast.Module) -> str:
    """The import statements at the top level of the cell, as source."""
    found = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    return "\n".join(ast.unparse(node) for node in found)
