"""Numbers and ids of Eventbrite that nobody could keep: they break the event that has them, and no other."""

from __future__ import annotations

import pytest

from brcc_tui.platforms.eventbrite.answers import event_from
from brcc_tui.platforms.http.answer_shapes import Broken
from tests.platforms.eventbrite.recorded_eventbrite import Json, event, ticket_class


def read(**fields: object) -> None:
    body: Json = event(**fields)
    classes = body["ticket_classes"]
    assert isinstance(classes, list)
    event_from(body, classes)


@pytest.mark.parametrize("field", ["capacity", "quantity_total", "quantity_sold"])
def test_more_than_anybody_can_count_breaks_its_event_alone(field: str) -> None:
    """No catalogue could keep it: nothing of either shop was read any more."""
    for number in (2**63, 10**30, -(10**30)):
        with pytest.raises(Broken, match=f"{field} is not a whole number"):
            read(ticket_classes=[ticket_class(**{field: number})])


@pytest.mark.parametrize("ident", ["9" * 19, 10**18])
def test_an_id_that_no_listing_could_have_breaks_its_event_alone(ident: object) -> None:
    with pytest.raises(Broken, match="id is not a number of at most 18 digits"):
        read(id=ident)
    with pytest.raises(Broken, match="id is not a number of at most 18 digits"):
        read(ticket_classes=[ticket_class(id=ident)])
