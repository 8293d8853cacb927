"""The calls into Windows' own libraries, each with the types that its documentation gives.

Nothing is loaded at import: on other systems every function here raises `OSError`, and tests put theirs in its place.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_int, c_uint32, c_void_p, c_wchar_p
from functools import cache
from typing import Any, Final

DRIVE_REMOTE: Final = 4
"""`GetDriveTypeW`: a network drive."""

CREATE_NO_WINDOW: Final = 0x08000000
"""For a child process: a console of its own that nobody sees, which closing ours does not touch."""

_TOKEN_QUERY: Final = 0x0008
_TOKEN_USER: Final = 1
_SE_FILE_OBJECT: Final = 1
_DACL: Final = 0x00000004
_PROTECTED_DACL: Final = 0x80000000
_SDDL_REVISION: Final = 1
_FILE_APPEND_DATA: Final = 0x0004
_SYNCHRONIZE: Final = 0x00100000
_FILE_READ_ATTRIBUTES: Final = 0x0080
_SHARE_READ_WRITE_DELETE: Final = 0x0007
_OPEN_ALWAYS: Final = 4
_FILE_ATTRIBUTE_NORMAL: Final = 0x0080
_INVALID_HANDLE: Final = c_void_p(-1).value


def drive_type(root: str) -> int:
    """What kind of drive a root such as `H:\\` is; a drive that does not answer is not waited for."""
    return int(_function("kernel32", "GetDriveTypeW", c_uint32, c_wchar_p)(root))


def own_sid() -> str:
    """The signed-in user's SID, such as `S-1-5-21-...-1001`. Raises `OSError`."""
    token = c_void_p()
    process = _function("kernel32", "GetCurrentProcess", c_void_p)()
    _checked(
        _function("advapi32", "OpenProcessToken", c_int, c_void_p, c_uint32, c_void_p)(
            process, _TOKEN_QUERY, ctypes.byref(token)
        )
    )
    try:
        size = c_uint32()
        ask = _function("advapi32", "GetTokenInformation", c_int, c_void_p, c_int, c_void_p, c_uint32, c_void_p)
        ask(token, _TOKEN_USER, None, 0, ctypes.byref(size))  # fails, and tells how much room it needs
        answer = ctypes.create_string_buffer(size.value)
        _checked(ask(token, _TOKEN_USER, answer, size, ctypes.byref(size)))
        sid = c_void_p.from_buffer(answer)  # the first field of TOKEN_USER points at the SID
        return _sid_text(sid)
    finally:
        _function("kernel32", "CloseHandle", c_int, c_void_p)(token)


def read_access_list(path: str) -> str:
    """A file's or folder's discretionary access list as SDDL, such as `D:PAI(A;;FA;;;SY)`. Raises `OSError`."""
    descriptor = c_void_p()
    get = _function(
        "advapi32", "GetNamedSecurityInfoW", c_uint32,
        c_wchar_p, c_int, c_uint32, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p,
    )  # fmt: skip
    _raise_code(get(path, _SE_FILE_OBJECT, _DACL, None, None, None, None, ctypes.byref(descriptor)))
    with _local(descriptor):
        text = c_void_p()
        convert = _function(
            "advapi32", "ConvertSecurityDescriptorToStringSecurityDescriptorW", c_int,
            c_void_p, c_uint32, c_uint32, c_void_p, c_void_p,
        )  # fmt: skip
        _checked(convert(descriptor, _SDDL_REVISION, _DACL, ctypes.byref(text), None))
        return _taken_text(text)


def write_access_list(path: str, sddl: str) -> None:
    """Replace the access list by this one; nothing is inherited any more. Raises `OSError`."""
    descriptor, acl = c_void_p(), c_void_p()
    convert = _function(
        "advapi32", "ConvertStringSecurityDescriptorToSecurityDescriptorW", c_int,
        c_wchar_p, c_uint32, c_void_p, c_void_p,
    )  # fmt: skip
    _checked(convert(sddl, _SDDL_REVISION, ctypes.byref(descriptor), None))
    with _local(descriptor):
        present, defaulted = c_int(), c_int()
        get = _function("advapi32", "GetSecurityDescriptorDacl", c_int, c_void_p, c_void_p, c_void_p, c_void_p)
        _checked(get(descriptor, ctypes.byref(present), ctypes.byref(acl), ctypes.byref(defaulted)))
        put = _function(
            "advapi32", "SetNamedSecurityInfoW", c_uint32,
            c_wchar_p, c_int, c_uint32, c_void_p, c_void_p, c_void_p, c_void_p,
        )  # fmt: skip
        _raise_code(put(path, _SE_FILE_OBJECT, _DACL | _PROTECTED_DACL, None, None, acl, None))


def sid_of_account(name: str) -> str:
    """The SID of an account or group of this computer. Raises `OSError` where there is none of that name."""
    look_up = _function(
        "advapi32", "LookupAccountNameW", c_int,
        c_wchar_p, c_wchar_p, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p,
    )  # fmt: skip
    sid_size, domain_size, use = c_uint32(), c_uint32(), c_int()
    sizes = ctypes.byref(sid_size), ctypes.byref(domain_size)
    look_up(None, name, None, sizes[0], None, sizes[1], ctypes.byref(use))  # fails, and tells how much room it needs
    if not sid_size.value:
        _checked(0)
    sid = ctypes.create_string_buffer(sid_size.value)
    domain = ctypes.create_unicode_buffer(domain_size.value)
    _checked(look_up(None, name, sid, sizes[0], domain, sizes[1], ctypes.byref(use)))
    return _sid_text(ctypes.cast(sid, c_void_p))


def open_for_appending(path: str) -> int:
    """A file descriptor whose every write goes to the file's end at that moment, whoever else writes to it.

    Others may rename or delete the file while it is open, which files that Python opens do not allow. Raises `OSError`.
    """
    import msvcrt

    create = _function(
        "kernel32", "CreateFileW", c_void_p, c_wchar_p, c_uint32, c_uint32, c_void_p, c_uint32, c_uint32, c_void_p
    )
    access = _FILE_APPEND_DATA | _FILE_READ_ATTRIBUTES | _SYNCHRONIZE
    handle = create(path, access, _SHARE_READ_WRITE_DELETE, None, _OPEN_ALWAYS, _FILE_ATTRIBUTE_NORMAL, None)
    if handle == _INVALID_HANDLE:
        _checked(0)
    descriptor: int = msvcrt.open_osfhandle(handle, os.O_APPEND | os.O_WRONLY)  # type: ignore[attr-defined,unused-ignore]
    return descriptor


def is_console(descriptor: int) -> bool:
    """Whether an open file is a console: not a file on a disk, a pipe, or `NUL`."""
    import msvcrt

    handle, mode = msvcrt.get_osfhandle(descriptor), c_uint32()  # type: ignore[attr-defined,unused-ignore]
    return bool(_function("kernel32", "GetConsoleMode", c_int, c_void_p, c_void_p)(handle, ctypes.byref(mode)))


def forget_console_input() -> None:
    """Throw away the keys that were pressed in the console and not read yet."""
    import msvcrt

    while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
        msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]


def add_control_handler(handle: Callable[[int], bool]) -> Callable[[], None]:
    """Call `handle`, in a thread of Windows' own, with the number of each console event; returns what takes it away.

    It is asked before those that were there already; whether it returns True says whether they are asked as well.
    """
    callback = _winfunctype()(c_int, c_uint32)(handle)
    install = _function("kernel32", "SetConsoleCtrlHandler", c_int, c_void_p, c_int)
    pointer = ctypes.cast(callback, c_void_p)
    _checked(install(pointer, 1))

    def remove(_alive: object = callback) -> None:  # Windows holds an address, not a reference
        install(pointer, 0)

    return remove


@contextmanager
def _local(memory: c_void_p) -> Iterator[None]:
    """Give back what Windows allocated for us."""
    try:
        yield
    finally:
        _function("kernel32", "LocalFree", c_void_p, c_void_p)(memory)


def _taken_text(memory: c_void_p) -> str:
    with _local(memory):
        return ctypes.wstring_at(memory.value or 0)


def _sid_text(sid: c_void_p) -> str:
    text = c_void_p()
    _checked(_function("advapi32", "ConvertSidToStringSidW", c_int, c_void_p, c_void_p)(sid, ctypes.byref(text)))
    return _taken_text(text)


@cache
def _function(library: str, name: str, result: Any, *arguments: Any) -> Any:
    """A function of a library of Windows, with its types."""
    if os.name != "nt":
        raise OSError(f"{name} is a function of Windows")
    found = getattr(_load(library), name)
    found.restype, found.argtypes = result, arguments
    return found


@cache
def _load(library: str) -> Any:
    """A library of this process' own: another package's argument types are not ours."""
    return vars(ctypes)["WinDLL"](library, use_last_error=True)


def _winfunctype() -> Any:
    return vars(ctypes)["WINFUNCTYPE"]


def _checked(answer: int) -> None:
    """Raise what Windows says went wrong, where a function returned 0."""
    if not answer:
        _raise_code(vars(ctypes)["get_last_error"]())


def _raise_code(code: int) -> None:
    if code:
        raise vars(ctypes)["WinError"](code)
