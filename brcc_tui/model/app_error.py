"""The one form of an error that a person may see."""

from __future__ import annotations


class AppError(Exception):
    """Something went wrong, described so that a person knows what to do.

    `happened` says what, `subject` to what (a listing, a host, a file), `still_works` what is not affected, `next_step`
    what to do now. No part may contain a secret.
    """

    def __init__(self, happened: str, *, subject: str = "", still_works: str = "", next_step: str = "") -> None:
        super().__init__(happened)
        self.happened = happened
        self.subject = subject
        self.still_works = still_works
        self.next_step = next_step

    def __str__(self) -> str:
        first = f"{self.subject}: {self.happened}" if self.subject else self.happened
        more = [_sentence(part) for part in (self.still_works, self.next_step) if part]
        return ". ".join(part.rstrip(".") for part in (first, *more)) + "."


def _sentence(part: str) -> str:
    """With a capital letter, unless it begins with a command that is typed as it stands."""
    return part if part.startswith("brcc-tui ") else part[0].upper() + part[1:]
