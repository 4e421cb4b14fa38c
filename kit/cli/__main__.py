"""``python -m kit.cli`` is the command ``workshop``."""

import sys

from kit.cli import main

sys.exit(main())
