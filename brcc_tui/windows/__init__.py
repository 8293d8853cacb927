"""What only Windows does. Every module can be imported, and most of each be tested, on any system.

Calls into Windows itself stand in `api` alone; the others decide what to call and what the answers mean.
"""

from __future__ import annotations

import os
from typing import Final

ON_WINDOWS: Final = os.name == "nt"
