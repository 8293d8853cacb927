"""When Python looks for garbage: as usual again once the last work that reads much has ended, in whatever order."""

from __future__ import annotations

import gc

from brcc_tui.operations.garbage import no_full_collection


def test_the_usual_comes_back_with_the_last_that_ends() -> None:
    usual = gc.get_threshold()
    refresh, report = no_full_collection(), no_full_collection()
    refresh.__enter__()
    report.__enter__()
    assert gc.get_threshold()[2] > 10**6
    assert gc.get_threshold()[1] < 3, "the search before the full one looks at little, too"
    refresh.__exit__(None, None, None)
    assert gc.get_threshold()[2] > 10**6, "the report goes on"
    report.__exit__(None, None, None)
    assert gc.get_threshold() == usual
