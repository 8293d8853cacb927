"""No value ever stands in the text of a statement: whatever a shop or a person writes, it is bound."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Collection
from typing import Any

import pytest

from brcc_tui.platforms.errors import DatabaseError
from brcc_tui.platforms.wordpress import session_sql
from brcc_tui.platforms.wordpress.order_texts import Wanted
from brcc_tui.platforms.wordpress.sql import Since, Sql
from brcc_tui.platforms.wordpress.statement import Statement

HOSTILE = "x' OR 1=1; DROP TABLE wp_posts -- "
NUMBER = 77_123_001
ARGUMENTS: dict[Any, Any] = {
    str: HOSTILE, int: NUMBER, float: 7.0, bool: True, Collection[str]: [HOSTILE, "two"], Collection[int]: [NUMBER, 2],
    Statement: Statement("SELECT 1 AS post_id WHERE %s", (HOSTILE,), "candidates"),
    Since | None: Since(NUMBER, NUMBER, (NUMBER,)), int | None: NUMBER,
    Wanted: Wanted(names=True, buyer=True),
    tuple[int, int] | None: (NUMBER, 2), Collection[tuple[int, int]]: [(NUMBER, 2), (3, NUMBER)],
}  # fmt: skip


OF_OUR_OWN: dict[str, dict[str, Any]] = {"session": {"limit": session_sql.MARIADB_LIMIT, "state": session_sql.STATE}}
"""What stands in a statement's text because this program alone says it: the name of a variable."""


def _builders() -> dict[str, Callable[..., Statement]]:
    """Everything that makes a statement out of something given."""
    sql = Sql("wp_")
    made = {name: getattr(sql, name) for name in dir(Sql) if not name.startswith("_") and callable(getattr(sql, name))}
    made |= {
        name: function
        for name, function in inspect.getmembers(session_sql, inspect.isfunction)
        if function.__module__ == session_sql.__name__ and not name.startswith("_")
    }
    return {name: each for name, each in made.items() if typing.get_type_hints(each).get("return") is Statement}


BUILDERS = _builders()


@pytest.mark.parametrize("name", BUILDERS)
def test_values_are_bound(name: str) -> None:
    builder = BUILDERS[name]
    hints = typing.get_type_hints(builder)
    given = {argument: ARGUMENTS[hints[argument]] for argument in inspect.signature(builder).parameters}
    given |= OF_OUR_OWN.get(name, {})
    query = builder(**given)
    assert "DROP" not in query.text
    assert str(NUMBER) not in query.text
    assert query.text.count("%s") == len(query.bound or ()), query.text
    assert ";" not in query.text, "one statement at a time"


def test_there_are_many_of_them() -> None:
    assert len(BUILDERS) > 15


@pytest.mark.parametrize("prefix", ["wp_; DROP", "wp_`", "wp-", "", "a" * 41, "wp_\n", "wp_%s", "ｗｐ_"])
def test_only_a_name_becomes_the_prefix(prefix: str) -> None:
    with pytest.raises(DatabaseError, match="may only hold letters"):
        Sql(prefix)
