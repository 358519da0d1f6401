"""Skip an import that takes every process a second and is of no use here.

nbformat imports jsonschema, which (with the extra that Jupyter Server needs) builds 38 parsers for
web addresses in any alphabet with ``rfc3987_syntax``. No schema of a notebook has such an address.
Import this module before nbformat: ``jsonschema`` then works as if that library were not installed.
"""

import sys

if "jsonschema" not in sys.modules:
    sys.modules.setdefault("rfc3987_syntax", None)  # pyright: ignore[reportArgumentType]
