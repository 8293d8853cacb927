"""Work done ahead is found again by the very same object, and by no other."""

from __future__ import annotations

from brcc_tui.store.ahead import Ahead


def test_work_is_done_once_and_for_the_very_object() -> None:
    done: list[list[int]] = []
    ahead: Ahead[list[int], int] = Ahead(lambda thing: done.append(thing) or sum(thing))
    one, equal = [1, 2], [1, 2]
    ahead.prepare([one])
    assert ahead(one) == 3
    assert len(done) == 1
    assert ahead(equal) == 3
    assert done[1] is equal, "an equal thing is another one"
    assert [ahead.take(one), len(done)] == [3, 2]
    assert [ahead.take(one), len(done)] == [3, 3], "what was taken is kept no longer"


def test_no_more_is_prepared_than_was_said() -> None:
    done: list[list[int]] = []
    ahead: Ahead[list[int], int] = Ahead(lambda thing: done.append(thing) or sum(thing), most=2)
    things = [[1], [2], [3]]
    ahead.prepare(things)
    assert done == [[1], [2]]
    assert [ahead.take(thing) for thing in things] == [1, 2, 3]


def test_what_was_prepared_is_never_mistaken_for_a_later_thing() -> None:
    ahead: Ahead[list[int], int] = Ahead(sum)
    for number in range(1000):  # things that nobody else keeps: their places in memory would be given away again
        assert ahead([number]) == number
