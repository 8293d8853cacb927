"""Custom keys: `keys.toml` beside the settings names actions by the words of the help.

`sync = "f8"` or `close-sales = ["x", "f9"]`. Confirmations keep their own keys: nobody may move `y`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from textual.binding import Binding, BindingType

from brcc_tui.model.app_error import AppError
from brcc_tui.widgets.sidebar import SCREENS
from brcc_tui.windows.files import text_of

_CALLED_BEFORE: Final = {"who-is-at-this-desk": "your-name"}
"""Actions whose words were others in earlier versions: files of then are kept, and read."""


class NotAKeymap(AppError):
    """The file of keys cannot be used."""


def named(bindings: Iterable[BindingType]) -> list[BindingType]:
    """The bindings, each with a name by which a person may move it: its own words."""
    return [
        dataclasses.replace(one, id=_name_of_words(one.description)) if isinstance(one, Binding) else one
        for one in bindings
    ]


def _name_of_words(words: str) -> str:
    """`close-sales` of `close sales`."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))


def read_keymap(path: Path, app: type[Any]) -> Mapping[str, str]:
    """What the file says, by the names of actions; nothing when there is none. Raises `NotAKeymap`."""
    file_keys = _said(path)
    if file_keys is None:
        return {}
    known = _known(app)
    keymap: dict[str, str] = {}
    for written, keys in file_keys.items():
        name = _CALLED_BEFORE.get(written, written)
        if name != written and name in file_keys:
            raise _wrong(path, f"{written} is called {name} now, and stands beside it: take one of them out")
        if name not in known:
            raise _wrong(path, f"{name} is not an action: actions are named as in the help (?), with - for spaces")
        keymap[name] = _keys_of(path, written, keys)
    _refuse_key_of_two(path, keymap | {name: keys for name, keys in known.items() if name not in keymap})
    return keymap


def _keys_of(path: Path, name: str, keys: Any) -> str:
    """The keys that are at a name, as Textual wants them: with commas between them."""
    several = keys if isinstance(keys, list) else [keys]
    if not several or not all(isinstance(key, str) and all(map(str.strip, key.split(","))) for key in several):
        raise _wrong(path, f'{name} needs a key, such as "f8", or several, such as ["x", "f9"]')
    made = Binding.make_bindings([Binding(",".join(several), name)])  # which calls "?" what the program calls it
    return ",".join(one.key for one in made)


def _refuse_key_of_two(path: Path, keys_of: Mapping[str, str]) -> None:
    """No key can stand for two actions: the one that the file does not name would have none, and nobody said so."""
    taken: dict[str, str] = {}
    for name, keys in keys_of.items():
        for key in keys.split(","):
            if taken.setdefault(key, name) != name:
                raise _wrong(path, f"{key} stands for both {taken[key]} and {name}: give one of them another key")


def _said(path: Path) -> Mapping[str, Any] | None:
    """The file as it is; None where there is none."""
    try:
        text = text_of(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong(path, f"cannot be read: {error}") from error
    import tomllib  # few people have such a file: the first picture of all others does not wait for this

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, str(error)) from error


def _known(app: type[Any]) -> Mapping[str, str]:
    """The actions that have a name, each with all its keys: on some screens it has another one."""
    screens = [import_module(f"brcc_tui.screens.{name}").SCREEN for _, name, _ in SCREENS]
    every = (one for cls in (app, *screens) for parent in cls.__mro__ for one in vars(parent).get("BINDINGS", ()))
    keys: dict[str, list[str]] = {}
    for one in every:
        if isinstance(one, Binding) and one.id:
            keys.setdefault(one.id, []).append(one.key)
    return {name: ",".join(of_name) for name, of_name in keys.items()}


def _wrong(path: Path, what: str) -> NotAKeymap:
    return NotAKeymap(
        what[:200], subject=path.name, still_works="Every key works as the help says",
        next_step=f"correct {path} and start again",
    )  # fmt: skip
