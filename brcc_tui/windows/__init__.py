"""Windows-specific code. Every module can be imported, and mostly tested, on any system.

Calls into Windows itself are only in `api`; the others decide what to call and what the answers mean.
"""

from __future__ import annotations

import os
from typing import Final

ON_WINDOWS: Final = os.name == "nt"
