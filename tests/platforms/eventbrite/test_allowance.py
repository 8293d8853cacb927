"""The calls that are left this hour, as answers tell them that come in any order."""

from __future__ import annotations

import pytest

from brcc_tui.platforms.eventbrite.allowance import Allowance

HEADERS: list[tuple[str, int | None, float]] = [
    ("token:ABC 2100/2000 reset=10s", 0, 10),
    ("token:ABC 21/2000 reset=soon", 1979, 3600),
    ("token:ABC 21/2000 reset=3575.5s", 1979, 3575),
    ("token:ABC 2000/2000 reset=99999999s", 0, 3600),
    ("token:1/2 21/2000 reset=30s", 1979, 30),
    ("token:5/7abc 21/2000 reset=30s, key:6/7 25/2000 reset=20s", 1975, 20),
    ("21/2000 reset=30s", 1979, 30),
    ("token:ABC 21/0 reset=3s", None, 0),
    ("none", None, 0),
    ("", None, 0),
]


@pytest.mark.parametrize(("header", "left", "seconds"), HEADERS, ids=[part[0] for part in HEADERS])
def test_what_a_header_tells_of_the_hour(header: str, left: int | None, seconds: float) -> None:
    allowance = Allowance(lambda: 0.0)
    allowance.update({"x-rate-limit": header})
    assert (allowance.left, allowance.seconds) == (left, seconds)


def test_an_answer_that_another_has_overtaken_gives_no_call_back() -> None:
    """Requests go out side by side. Within the hour calls only become fewer; the next one has all of them again."""
    moments = [0.0]
    allowance = Allowance(lambda: moments[-1])
    for moment, header, left in (
        (1.0, "token:ABC 22/2000 reset=3575s", 1978),
        (4.0, "token:ABC 21/2000 reset=3576s", 1978),
        (5.0, "token:ABC 23/2000 reset=3572s", 1977),
        (3570.0, "token:ABC 1/2000 reset=3600s", 1999),
        (7169.0, "token:ABC 9/2000 reset=1s", 1991),
        (7170.5, "token:ABC 2/2000 reset=20s", 1998),
    ):
        moments.append(moment)
        allowance.update({"x-rate-limit": header})
        assert allowance.left == left
