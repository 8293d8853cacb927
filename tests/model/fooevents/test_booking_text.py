"""Booking texts as they were found in real shops and as damage can make them: one named case for every oddity."""

from __future__ import annotations

import json

import pytest

from brcc_tui.model.fooevents.booking_text import Cell, NotEditable, formatted_time, parse_booking_text
from brcc_tui.model.fooevents.json_places import TextSpan, nesting, text_spans
from brcc_tui.model.quantity import UNLIMITED, Quantity, Unknown

FLAT = (
    '{"wcolndrhzpeplpcnmqwi":{"label":"Monday 8pm","hour":"08","minute":"00","period":"p.m.","add_time":"enabled",'
    '"ucnhzxsafkpojhgknylj_add_date":"June 02, 2025","ucnhzxsafkpojhgknylj_stock":"55",'
    '"knmqrdtotdzsxzdyzoua_add_date":"June 09, 2025","knmqrdtotdzsxzdyzoua_stock":""}}'
)
NESTED = (
    '{"wcolndrhzpeplpcnmqwi":{"label":"Monday 8pm","hour":"08","minute":"00","period":"p.m.",'
    '"formatted_time":"(08:00 p.m.)","unformatted_time":"08:00 p.m.","add_time":"enabled","add_date":'
    '{"ucnhzxsafkpojhgknylj":{"date":"June 02, 2025","stock":54},'
    '"knmqrdtotdzsxzdyzoua":{"date":"June 09, 2025","stock":"55","zoom_id":"auto"}}}}'
)
SLOT, FIRST, SECOND = "wcolndrhzpeplpcnmqwi", "ucnhzxsafkpojhgknylj", "knmqrdtotdzsxzdyzoua"


def only(text: str) -> Cell:
    (cell,) = parse_booking_text(text).cells
    return cell


def with_stock(stock: str) -> str:
    return f'{{"s":{{"label":"x","add_date":{{"d":{{"date":"June 02, 2025","stock":{stock}}}}}}}}}'


class TestReading:
    def test_flat_as_an_admin_saves_it(self) -> None:
        text = parse_booking_text(FLAT)
        assert text.error is None
        assert text.slots == 1
        first, second = text.cells
        assert (first.slot_id, first.date_id, first.date_text) == (SLOT, FIRST, "June 02, 2025")
        assert (first.label, first.hour, first.minute, first.period) == ("Monday 8pm", "08", "00", "p.m.")
        assert (first.remaining, second.remaining) == (55, UNLIMITED)
        assert first.slot_texts == ("Monday 8pm", "Monday 8pm (08:00 p.m.)")

    def test_nested_as_a_sale_leaves_it(self) -> None:
        assert [cell.remaining for cell in parse_booking_text(NESTED).cells] == [54, 55]
        assert parse_booking_text(NESTED).cells[0].slot_texts == ("Monday 8pm", "Monday 8pm (08:00 p.m.)")

    def test_shapes_may_differ_between_slots_of_one_product(self) -> None:
        text = FLAT[:-1] + "," + NESTED.replace(SLOT, "other")[1:]
        assert [cell.remaining for cell in parse_booking_text(text).cells] == [55, UNLIMITED, 54, 55]

    @pytest.mark.parametrize(
        ("name", "slot", "remaining", "other"),
        [
            ("flat after nested wins", '"add_date":{"d":{"date":"x","stock":9}},"d_stock":"5"', 5, 9),
            ("nested after flat wins", '"d_add_date":"x","d_stock":"5","add_date":{"d":{"date":"x","stock":9}}', 9, 5),
            ("the same number twice is one", '"add_date":{"d":{"date":"x","stock":9}},"d_stock":"9"', 9, None),
            ("flat unlimited over a number", '"add_date":{"d":{"date":"x","stock":9}},"d_stock":""', UNLIMITED, 9),
        ],
    )
    def test_the_later_stock_wins(self, name: str, slot: str, remaining: Quantity, other: Quantity | None) -> None:
        cell = only(f'{{"s":{{{slot}}}}}')
        assert (cell.remaining, cell.other) == (remaining, other), name

    def test_flat_dates_before_add_date_vanish(self) -> None:
        text = parse_booking_text('{"s":{"a_add_date":"x","a_stock":"5","add_date":{"b":{"date":"y","stock":9}}}}')
        assert [cell.date_id for cell in text.cells] == ["b"]

    def test_flat_dates_after_add_date_join_it(self) -> None:
        text = parse_booking_text('{"s":{"add_date":{"b":{"date":"y","stock":9}},"a_add_date":"x","a_stock":"5"}}')
        assert [(cell.date_id, cell.remaining) for cell in text.cells] == [("b", 9), ("a", 5)]

    def test_the_later_of_two_equal_keys_counts(self) -> None:
        assert only('{"s":{"d_add_date":"x","d_stock":"5","d_stock":"7"}}').remaining == 7

    def test_a_list_where_number_ids_went_through_php(self) -> None:
        cell = only('[{"label":"x","add_date":[{"date":"y","stock":3}]}]')
        assert (cell.slot_id, cell.date_id, cell.remaining) == ("0", "0", 3)

    def test_escapes_and_raw_letters_mean_the_same(self) -> None:
        escaped = r'{"s":{"label":"Caf\u00e9 \/ Bar \ud83c\udfad","d_add_date":"ao\u00fbt 4, 2026","d_stock":"1"}}'
        raw = '{"s":{"label":"Café / Bar 🎭","d_add_date":"août 4, 2026","d_stock":"1"}}'
        assert parse_booking_text(escaped).cells == parse_booking_text(raw).cells
        assert parse_booking_text(escaped).breaks_fooevents is None

    def test_time_before_hour_gives_no_formatted_time(self) -> None:
        slot = '{"s":{"label":"x","add_time":"enabled","d_add_date":"y","d_stock":"1","hour":"20","minute":"00"}}'
        assert only(slot).slot_texts == ("x", "x (20:00)"), "old tickets may still carry the time"

    def test_stored_and_present_time_are_both_ticket_texts(self) -> None:
        moved = NESTED.replace('"hour":"08"', '"hour":"09"').replace('"add_time":"enabled"', '"add_time":""')
        assert parse_booking_text(moved).cells[0].slot_texts == (
            "Monday 8pm",
            "Monday 8pm (08:00 p.m.)",
            "Monday 8pm (09:00 p.m.)",
        )

    @pytest.mark.parametrize(
        ("fields", "words"), [(("08", "00", "p.m."), "(08:00 p.m.)"), (("19", "00", ""), "(19:00)")]
    )
    def test_formatted_time(self, fields: tuple[str, str, str], words: str) -> None:
        assert formatted_time(*fields) == words


class TestStocks:
    @pytest.mark.parametrize(
        ("stored", "remaining"),
        [
            ('"55"', 55),
            ("54", 54),
            ('"0"', 0),
            ("0", 0),
            ('""', UNLIMITED),
            ("null", UNLIMITED),
            ("-1", -1),
            ('"-2"', -2),
            ('"7.5"', 7),
            ("7.5", 7),
            ("-7.5", -7),
            ('" 5 "', 5),
            ('"007"', 7),
            ("1000000000000", 10**12),
        ],
    )
    def test_read_as_fooevents_acts_on_them(self, stored: str, remaining: Quantity) -> None:
        assert only(with_stock(stored)).remaining == remaining

    def test_a_missing_stock_is_unlimited(self) -> None:
        assert only('{"s":{"add_date":{"d":{"date":"x"}}}}').remaining is UNLIMITED

    @pytest.mark.parametrize("stored", ['"abc"', "true", "false", "[]", '{"a":1}', "1e30", str(10**20), '"1e3"', '"٣"'])
    def test_what_is_no_number_is_unknown_and_never_written(self, stored: str) -> None:
        text = parse_booking_text(with_stock(stored))
        assert isinstance(text.cells[0].remaining, Unknown)
        with pytest.raises(NotEditable):
            text.edit({("s", "d"): 5})


class TestDegenerateTexts:
    @pytest.mark.parametrize(
        "text", ["", "null", "[]", "{}", " {} ", '{"s":[]}', '{"s":5,"t":null}', '{"s":{"add_date":[]}}']
    )
    def test_nothing_is_not_an_error(self, text: str) -> None:
        parsed = parse_booking_text(text)
        assert (parsed.cells, parsed.error, parsed.breaks_fooevents) == ((), None, None)

    @pytest.mark.parametrize(
        "text",
        [
            "5",
            '"text"',
            "true",
            '{"s":',
            "{'s':1}",
            "NaN",
            '{"s":{"d_stock":Infinity}}',
            '{"s":{"label":"8pm "The" Show"}}',
            '{"s":{"label":"a\nb"}}',
            r'{"s":{"label":"\ud83c alone"}}',
            '{"s":{"label":"\udc00"}}',
            "\ufeff{}",
            "[" * 512 + "]" * 512,
            "[" * 100_000,
            '{"s":{"d_stock":' + "9" * 5000 + "}}",
            '{"s":{"add_date":"gone","d_stock":"5"}}',
            '{"s":{"add_date":{"d":"gone"},"d_stock":"5"}}',
            "@{date=January 12, 2025; stock=55}",
        ],
    )
    def test_what_fooevents_cannot_read_has_a_reason_and_no_cells(self, text: str) -> None:
        parsed = parse_booking_text(text)
        assert parsed.error
        assert parsed.cells == ()
        with pytest.raises(NotEditable):
            parsed.edit({("s", "d"): 1})

    def test_as_deep_as_php_reads(self) -> None:
        assert parse_booking_text("[" * 511 + "]" * 511).error is None

    def test_many_dates_are_not_deep(self) -> None:
        dates = ",".join(f'"d{n}":{{"date":"x","stock":1}}' for n in range(2000))
        assert len(parse_booking_text(f'{{"s":{{"add_date":{{{dates}}}}}}}').cells) == 2000

    def test_junk_of_a_cancelled_order_is_a_ghost(self) -> None:
        text = parse_booking_text('{"":{"add_date":{"":{"stock":1}}}}')
        assert text.slots == 0
        assert text.cells[0].is_ghost

    def test_a_removed_date_comes_back_as_a_ghost(self) -> None:
        text = parse_booking_text(NESTED[:-3] + ',"gone":{"stock":1}}}}')
        assert [cell.is_ghost for cell in text.cells] == [False, False, True]

    @pytest.mark.parametrize("stored", [str(2**63 - 1), f'"{2**63 - 1}"', str(-(2**63)), "1e300", str(10**18)])
    def test_more_than_anybody_can_count_is_no_number(self, stored: str) -> None:
        """With what was sold it was more than the catalogue can keep, and nothing of either shop was read."""
        assert isinstance(only(with_stock(stored)).remaining, Unknown)

    def test_a_stock_that_is_no_number_is_told_in_letters_that_move_no_terminal(self) -> None:
        stock = only(r'{"s":{"add_date":{"d":{"date":"x","stock":"5\u001b[2J\u0007"}}}}').remaining
        assert isinstance(stock, Unknown)
        assert stock.reason == "its stock is stored as '5?[2J?', which is not a number of seats"


class TestWhatFooEventsBreaks:
    @pytest.mark.parametrize(
        "label",
        [
            r"8pm \"The\" Show",
            r"back\\slash",
            "line\u2028end",
            "line\u2029end",
            r"tab\tbed",
            r"bell\u0007",
            r"\u0022",
            r"\u005c",
        ],
    )
    def test_is_named_and_not_edited(self, label: str) -> None:
        text = parse_booking_text(FLAT.replace("Monday 8pm", label))
        assert text.error is None
        assert text.breaks_fooevents
        assert text.cells, "it can still be read"
        with pytest.raises(NotEditable):
            text.edit({(SLOT, FIRST): 1})

    @pytest.mark.parametrize("notes", [r'["8pm \"The\" Show"]', r'[{"a":["back\\slash"]}]', r'{"tab\tbed":1}'])
    def test_it_is_found_however_deep_it_stands(self, notes: str) -> None:
        """Other plugins keep lists of their own beside a slot's dates: FooEvents writes those back as well."""
        text = parse_booking_text(FLAT.replace('"add_time"', f'"notes":{notes},"add_time"'))
        assert text.breaks_fooevents
        assert text.cells

    @pytest.mark.parametrize("label", ["it's", r"A\/B", "A/B", "<b>", "[red]", "&amp;", r"\u00e9", "🎭", "\x7f"])
    def test_the_rest_is_harmless(self, label: str) -> None:
        assert parse_booking_text(FLAT.replace("Monday 8pm", label)).breaks_fooevents is None


class TestEditing:
    def test_changes_the_token_and_nothing_else(self) -> None:
        assert parse_booking_text(FLAT).edit({(SLOT, FIRST): 40}) == FLAT.replace('"55"', '"40"')
        assert parse_booking_text(NESTED).edit({(SLOT, FIRST): 40}) == NESTED.replace("54", "40")

    def test_several_cells_at_once_keep_their_types(self) -> None:
        edited = parse_booking_text(NESTED).edit({(SLOT, SECOND): 3, (SLOT, FIRST): 40})
        assert edited == NESTED.replace("54", "40").replace('"stock":"55"', '"stock":"3"')

    def test_spacing_escapes_and_unknown_keys_stay(self) -> None:
        text = ' {\n "s" : {"label":"Caf\\u00e9 \\/ x", "new": [1, {"deep": null}], "d_stock" : "5" ,"d_add_date":"y"}}'
        assert parse_booking_text(text).edit({("s", "d"): 12}) == text.replace('"5"', '"12"')

    def test_both_stocks_of_a_date_get_the_number(self) -> None:
        text = '{"s":{"add_date":{"d":{"date":"x","stock":9}},"d_stock":"5"}}'
        assert (
            parse_booking_text(text).edit({("s", "d"): 7})
            == '{"s":{"add_date":{"d":{"date":"x","stock":7}},"d_stock":"7"}}'
        )

    @pytest.mark.parametrize(
        ("stored", "written"), [('"7.5"', '"20"'), ("7.5", "20"), ("-3", "20"), ('"0"', '"20"'), ("1e2", "20")]
    )
    def test_odd_numbers_become_whole_in_their_type(self, stored: str, written: str) -> None:
        assert parse_booking_text(with_stock(stored)).edit({("s", "d"): 20}) == with_stock(written)

    @pytest.mark.parametrize(("stored", "written"), [('""', '"20"'), ("null", "20")])
    def test_unlimited_is_only_limited_when_told(self, stored: str, written: str) -> None:
        text = parse_booking_text(with_stock(stored))
        with pytest.raises(NotEditable, match="unlimited"):
            text.edit({("s", "d"): 20})
        assert text.edit({("s", "d"): 20}, from_unlimited={("s", "d")}) == with_stock(written)

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("no stock key", '{"s":{"add_date":{"d":{"date":"x"}}}}'),
            ("the stock that counts is missing", '{"s":{"d_stock":"5","add_date":{"d":{"date":"x"}}}}'),
            ("slot twice", '{"s":{"d_stock":"1"},"s":{"d_stock":"5"}}'),
            ("add_date twice", '{"s":{"add_date":{"d":{"stock":1}},"add_date":{"d":{"stock":2}}}}'),
            ("date twice", '{"s":{"add_date":{"d":{"stock":1},"d":{"stock":2}}}}'),
            ("stock twice", '{"s":{"d_stock":"5","d_stock":"7"}}'),
            ("stock twice, once escaped", r'{"s":{"d_stock":"5","d\u005fstock":"7"}}'),
            ("a key that FooEvents reads as the same stock", '{"s":{"d_stock":"5","d_stock_stock":"7"}}'),
            ("underscore in an id", '{"s":{"date_1_stock":"5","d_stock":"5"}}'),
            ("no such cell", '{"s":{"other_stock":"5"}}'),
            ("a second stock that is no number", '{"s":{"add_date":{"d":{"stock":"abc"}},"d_stock":"5"}}'),
        ],
    )
    def test_refuses_where_in_doubt(self, name: str, text: str) -> None:
        key = ("s", "date_1") if name == "underscore in an id" else ("s", "d")
        with pytest.raises(NotEditable):
            parse_booking_text(text).edit({key: 3}, from_unlimited={key})

    def test_keys_twice_elsewhere_do_not_matter(self) -> None:
        text = '{"s":{"label":"x","label":"y","d_add_date":"z","d_stock":"5"}}'
        assert parse_booking_text(text).edit({("s", "d"): 6}) == text.replace('"5"', '"6"')

    @pytest.mark.parametrize("number", [-1, 2**63, True])
    def test_only_whole_numbers_from_0_up(self, number: int) -> None:
        with pytest.raises(NotEditable):
            parse_booking_text(FLAT).edit({(SLOT, FIRST): number})

    def test_nothing_to_change_changes_nothing(self) -> None:
        for text in (FLAT, NESTED, "", "not json"):
            assert parse_booking_text(text).edit({}) == text

    def test_an_edit_of_fresh_text_keeps_the_sales_in_it(self) -> None:
        """The whole-value write of the club's first program lost them."""
        after_a_sale = NESTED.replace('"stock":54', '"stock":53')
        assert (
            parse_booking_text(parse_booking_text(after_a_sale).edit({(SLOT, SECOND): 60})).cell(SLOT, FIRST).remaining
            == 53
        )  # type: ignore[union-attr]


class TestPlaces:
    def test_every_value_by_its_path(self) -> None:
        text = '{"a": {"b": [1, {"c": "x"}]}, "d": null}'
        found = {path: [text[p.start : p.end] for p in there] for path, there in text_spans(text, 4).items()}
        assert found == {
            (): ["{"],
            ("a",): ["{"],
            ("a", "b"): ["["],
            ("a", "b", "0"): ["1"],
            ("a", "b", "1"): ["{"],
            ("a", "b", "1", "c"): ['"x"'],
            ("d",): ["null"],
        }

    def test_twice_is_two_places(self) -> None:
        assert text_spans('{"a":1,"a":2}', 1)[("a",)] == [TextSpan(5, 6), TextSpan(11, 12)]

    def test_brackets_within_texts_do_not_nest(self) -> None:
        assert nesting(json.dumps({"a": ["[[[{", {"b}": "]"}]})) == 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": {"label": "8pm', "(Unterminated string starting at character 17)"),
        ('{"a": "\n"}', "(Invalid control character at character 8)"),
        ('{"a": }', "(Expecting value at character 7)"),
    ],
)
def test_where_the_options_break_off_is_said_once(text: str, why: str) -> None:
    assert why in str(parse_booking_text(text).error)
