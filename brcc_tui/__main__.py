"""`python -m brcc_tui`, and the program `brcc-tui`."""

from __future__ import annotations

import sys

from brcc_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
