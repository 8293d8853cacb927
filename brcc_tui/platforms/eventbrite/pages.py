"""One page of an Eventbrite list, and what it says about the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from brcc_tui.platforms.http.answer_shapes import AnswerShape, Broken, Detail, Hint, YesOrNo, parsed

EVENTBRITE_PAGE_SIZE: Final = 50
"""The only size of a page that is documented, and as much as a page has when none is asked for."""


class _Pagination(AnswerShape):
    object_count: Hint = None
    page_count: Hint = None
    has_more_items: YesOrNo = None
    continuation: Detail = None

    @property
    def says_nothing(self) -> bool:
        """Whether it tells neither how many things or pages there are nor whether more follow."""
        return self.object_count is None and self.page_count is None and self.has_more_items is None


class Page(AnswerShape):
    """One page of a list. `items` are still to be checked one by one, so that one broken is one lost."""

    items: list[object]
    pagination: _Pagination = _Pagination()

    @property
    def is_full_without_a_word(self) -> bool:
        """Whether it holds as much as a page can, and nothing says whether that is all."""
        return len(self.items) >= EVENTBRITE_PAGE_SIZE and self.pagination.says_nothing

    @property
    def may_be_a_part(self) -> bool:
        """Whether the list of which it is the first page may have more of them."""
        pagination, here = self.pagination, len(self.items)
        if pagination.says_nothing:
            return bool(pagination.continuation) or self.is_full_without_a_word
        return (
            bool(pagination.has_more_items) or (pagination.object_count or 0) > here or (pagination.page_count or 0) > 1
        )


def page_from(data: object, key: str) -> Page:
    """A page of the list under that key; raises `Broken`."""
    if not isinstance(data, Mapping) or not isinstance(data.get(key), list):
        raise Broken(f"there is no list of {key.replace('_', ' ')}")
    pagination = data.get("pagination")
    return parsed(Page, {"items": data[key], "pagination": pagination if isinstance(pagination, Mapping) else {}})
