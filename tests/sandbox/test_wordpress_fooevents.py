"""FooEvents' own reading and writing of the booking text, oddity by oddity."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brcc_tui.sandbox.wordpress import fooevents, php

SLOT, DATE = "aslotaslotaslotaslot", "adateadateadateadate"


def flat(stock: object = "5", **slot: object) -> str:
    fields = {"label": "8pm Show", "hour": "08", "minute": "00", "period": "p.m.", "add_time": "enabled", **slot}
    dates = {f"{DATE}_add_date": "December 05, 2026", f"{DATE}_stock": stock}
    return json.dumps({SLOT: fields | dates}, separators=(",", ":"))


def sold(text: str) -> str:
    options = fooevents.read_options(text)
    fooevents.take_place(options, SLOT, DATE)
    return fooevents.rewritten_text(options)


def returned(text: str) -> str:
    options = fooevents.read_options(text)
    fooevents.give_back(options, SLOT, DATE)
    return fooevents.rewritten_text(options)


def stock_in(text: str) -> object:
    return json.loads(text)[SLOT]["add_date"][DATE].get("stock", "no key")


def test_the_first_sale_makes_the_whole_text_nested() -> None:
    assert sold(flat()) == (
        f'{{"{SLOT}":{{"label":"8pm Show","hour":"08","minute":"00","period":"p.m.","add_time":"enabled",'
        f'"formatted_time":"(08:00 p.m.)","add_date":{{"{DATE}":{{"date":"December 05, 2026","stock":4}}}}}}}}'
    )


@pytest.mark.parametrize(
    ("stock", "left", "after_sale", "after_return"),
    [
        ("5", 5, 4, 6),
        (5, 5, 4, 6),
        ("", None, "", ""),
        (None, None, None, 1),
        ("0", 0, "0", 1),
        (0, 0, 0, 1),
        ("-1", 0, -2, 0),
        ("7.5", 7, 6, 8),
        ("055", 55, 54, 56),
    ],
    ids=str,
)
def test_stock_values(stock: object, left: int | None, after_sale: object, after_return: object) -> None:
    text = flat(stock)
    assert fooevents.available(text, SLOT, DATE) == left
    assert stock_in(sold(text)) == after_sale
    assert stock_in(returned(text)) == after_return


def test_a_date_without_stock_is_unlimited_until_something_is_returned() -> None:
    text = json.dumps({SLOT: {"label": "a", f"{DATE}_add_date": "December 05, 2026"}})
    assert fooevents.available(text, SLOT, DATE) is None
    assert stock_in(sold(text)) == "no key"
    assert stock_in(returned(text)) == 1


@pytest.mark.parametrize(
    ("slot", "stock", "date"),
    [
        ({"add_date": {DATE: {"date": "old", "stock": "1"}}, f"{DATE}_stock": "9"}, "9", "old"),
        ({f"{DATE}_stock": "9", "add_date": {DATE: {"date": "old", "stock": "1"}}}, "1", "old"),
        ({f"{DATE}_stock": "9", f"{DATE}_add_date": "new", "add_date": {}}, None, None),
        ({f"{DATE}_stock": "9", f"{DATE}_add_date": "new", "add_date": []}, None, None),
        ({"add_date": [], f"{DATE}_add_date": "new", f"{DATE}_stock": "9"}, "9", "new"),
    ],
    ids=["flat after nested", "nested after flat", "empty nested wipes", "empty list wipes", "flat after empty list"],
)
def test_the_later_key_wins(slot: dict[str, object], stock: object, date: object) -> None:
    dates = fooevents.read_options(json.dumps({SLOT: slot}))[SLOT]["add_date"]
    assert isinstance(dates, dict)
    found = dates.get(DATE, {})
    assert (found.get("stock"), found.get("date")) == (stock, date)


@pytest.mark.parametrize(
    ("slot", "time"),
    [
        ({"hour": "19", "minute": "00", "period": "", "add_time": "enabled"}, "(19:00)"),
        ({"hour": "07", "minute": "30", "period": "p.m.", "add_time": "enabled"}, "(07:30 p.m.)"),
        ({"add_time": "enabled", "hour": "19", "minute": "00"}, None),
        ({"hour": "19", "minute": "00", "add_time": ""}, None),
    ],
    ids=["24 hours", "12 hours", "add_time before the hour", "not wanted"],
)
def test_the_time_of_a_slot(slot: dict[str, object], time: str | None) -> None:
    read = fooevents.read_options(json.dumps({SLOT: {"label": "Show", **slot}}))[SLOT]
    assert read.get("formatted_time") == time
    texts = fooevents.cell_texts({SLOT: read}, SLOT, DATE)
    assert texts.slot == ("Show" if time is None else f"Show {time}")


@pytest.mark.parametrize("label", ['The "late" show', "back\\slash"])
def test_a_quote_or_backslash_breaks_the_text_at_the_first_sale_and_wipes_it_at_the_next(label: str) -> None:
    broken = sold(flat(label=label))
    with pytest.raises(ValueError):
        json.loads(broken)
    assert fooevents.available(broken, SLOT, DATE) == 0
    assert sold(broken) == "[]"


@pytest.mark.parametrize("label", ["Café 🎭 d'été", "50/50", "a b", "Ünïcode"])
def test_other_labels_survive_a_sale_raw(label: str) -> None:
    assert f'"label":"{label}"' in sold(flat(label=label))


@pytest.mark.parametrize("text", [None, "", "null", "[]", "{}", "not json", '{"a":', "5", '"text"', '{"a":"b"}'])
def test_what_holds_no_slot(text: str | None) -> None:
    assert fooevents.read_options(text) == {}
    assert fooevents.rewritten_text(fooevents.read_options(text)) == "[]"
    assert fooevents.available(text, SLOT, DATE) == 0


def test_a_return_without_slot_and_date_leaves_the_known_junk() -> None:
    options = fooevents.read_options(None)
    fooevents.give_back(options, "", "")
    assert fooevents.rewritten_text(options) == '{"":{"add_date":{"":{"stock":1}}}}'
    fooevents.give_back(options, "", "")
    assert fooevents.rewritten_text(options) == '{"":{"add_date":{"":{"stock":2}}}}'


def test_a_slot_that_is_gone_comes_back_as_a_ghost() -> None:
    options = fooevents.read_options(flat())
    fooevents.give_back(options, "gone", "too")
    assert options["gone"] == {"add_date": {"too": {"stock": 1}}}


def test_numbered_ids_become_a_list() -> None:
    text = json.dumps({"0": {"label": "a", "add_date": {"0": {"date": "d", "stock": "3"}}}})
    assert (
        fooevents.rewritten_text(fooevents.read_options(text))
        == '[{"label":"a","add_date":[{"date":"d","stock":"3"}]}]'
    )


def test_the_form_stores_flat_texts_in_its_own_order() -> None:
    options = fooevents.read_options(sold(flat(label="Été / late", unknown="x", zoom_id="")))
    assert fooevents.form_text(options) == (
        f'{{"{SLOT}":{{"label":"\\u00c9t\\u00e9 \\/ late","hour":"08","minute":"00","period":"p.m.","zoom_id":"",'
        f'"add_time":"enabled","{DATE}_add_date":"December 05, 2026","{DATE}_stock":"4"}}}}'
    )


def test_an_update_that_leaves_the_slots_alone_keeps_the_shape_but_escapes() -> None:
    nested = sold(flat(label="Été"))
    assert fooevents.reposted_text(nested) == nested.replace("Été", "\\u00c9t\\u00e9")


_texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
_values = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), _texts)


@given(
    st.dictionaries(_texts, st.one_of(_values, st.dictionaries(_texts, _values, max_size=3)), min_size=1, max_size=4)
)
def test_escaped_json_is_read_back_as_it_was(value: dict[str, object]) -> None:
    for unescaped in (False, True):
        text = php.json_encode(value, unescaped_unicode=unescaped)
        assert php.json_encode(php.json_decode(text)) == php.json_encode(value)
        assert unescaped or text.isascii()


@given(st.dictionaries(st.one_of(_texts, st.integers(0, 99)), _values, max_size=5))
def test_a_serialized_array_is_what_a_library_reads(value: dict[str, object]) -> None:
    import phpserialize

    read = phpserialize.loads(php.serialize(value).encode(), decode_strings=True)
    assert {str(key): item for key, item in read.items()} == {str(key): item for key, item in value.items()}


@pytest.mark.parametrize(
    ("slashed", "plain"), [(r"a\"b", 'a"b'), (r"a\\b", r"a\b"), (r"\/", "/"), ("\\", ""), (r"\u00e9", "u00e9")]
)
def test_unslash(slashed: str, plain: str) -> None:
    assert php.unslash(slashed) == plain
