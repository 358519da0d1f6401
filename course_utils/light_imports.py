"""Leave out, at import, what takes a second of every process and serves nobody here.

nbformat imports jsonschema, which (with the extra that Jupyter Server asks for) builds 38 parsers
of web addresses in any script with ``rfc3987_syntax``. No schema of a notebook has such an address.
Import this module before nbformat: ``jsonschema`` then goes on as where that library is missing.
"""

import sys

if "jsonschema" not in sys.modules:
    sys.modules.setdefault("rfc3987_syntax", None)  # pyright: ignore[reportArgumentType]
