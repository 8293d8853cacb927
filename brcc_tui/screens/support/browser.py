"""Whether a page can be opened for the person at this terminal: a text browser would take the terminal itself."""

from __future__ import annotations

from collections.abc import Mapping


def can_open_pages(environment: Mapping[str, str]) -> bool:
    """Over SSH the browser would open before nobody. Where there are no windows Python finds none, or one that shows
    letters, which is of its plainest kind.
    """
    if environment.get("SSH_CONNECTION"):
        return False
    import webbrowser

    try:
        found = webbrowser.get()
    except webbrowser.Error:
        return False
    return type(found) is not webbrowser.GenericBrowser
