"""The web server: a Voilà application with pages for participants and the projector."""

import sys

# Where it finds this package, jsonschema builds 38 grammars for checks that nobody here asks for: half of the start.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
