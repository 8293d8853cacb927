"""The installer, which stands beside the package: it must run before anything is installed."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

from tests.system.terminal import ROOT


def load_installer() -> Any:
    """`assets/windows/install.py` as a module."""
    name = "windows_installer"
    if name not in sys.modules:
        found = importlib.util.spec_from_file_location(name, ROOT / "assets" / "windows" / "install.py")
        assert found is not None
        assert found.loader is not None
        module = importlib.util.module_from_spec(found)
        sys.modules[name] = module
        found.loader.exec_module(module)
    return sys.modules[name]
