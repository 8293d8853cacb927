"""The screen without usable settings: asks for them, tests each service, saves them, or opens the practice club."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input

from brcc_tui.screens.app_screen import HEIGHTS, WIDTHS
from brcc_tui.screens.support.host import SETTINGS_SAVED, START_PRACTICE
from brcc_tui.settings import PROFILES
from brcc_tui.settings_file import gather_settings
from brcc_tui.settings_table import (
    CHECK_OF_PART,
    EVENTBRITE,
    SETTINGS,
    WOOCOMMERCE,
    WORDPRESS,
    Setting,
    asked_of_part,
)
from brcc_tui.widgets.key_line import KeyLine
from brcc_tui.widgets.paint import Line, Painted, WidgetHost, line
from brcc_tui.widgets.text import fit, wrap
from brcc_tui.widgets.top_line import TopLine, light

if TYPE_CHECKING:
    from brcc_tui.screens.support.host import ScreenHost

PARTS = (EVENTBRITE, WOOCOMMERCE, WORDPRESS)
"""What is asked for here; the rest has defaults, and stands in the file's own comments."""

_NOT_FILLED_IN: Final = "not filled in; leave it so if you do not have it"

_OPERATOR: Final = next(setting for setting in SETTINGS if setting.name == "BRCC_OPERATOR")


def _wanted_profile() -> str:
    """The profile that the environment or a file names; empty when nobody says, which means production."""
    name = gather_settings().values.get("BRCC_PROFILE", "").strip().lower()
    return name if name in PROFILES else ""


class _Field(Input):
    """What is typed for a setting; while that is nothing, what is meant, with a sign where there is no room for all."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(password=setting.secret, id=setting.name, max_length=300, select_on_focus=False)
        self._hint = setting.default or setting.meaning

    def on_resize(self) -> None:
        """By the width there is."""
        more = cast("WidgetHost", self.app).glyphs.more
        self.placeholder = fit(self._hint, self.content_size.width, more=more).rstrip()


class FirstRun(Screen[None]):
    """Nothing is written before ctrl+s, and only to the user's own settings file."""

    CSS_PATH = "first_run.tcss"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = ""
    """The first field has it from `on_mount`: in the middle of a low terminal it would hide what is said above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save and begin", priority=True),
        Binding("f2", "test_all", "test all", priority=True),
        Binding("f5", "practice", "practice club", priority=True),
        # Or the form would take them to scroll by, where it has no room for all.
        Binding("down", "app.focus_next", "Next field", show=False, priority=True),
        Binding("up", "app.focus_previous", "Field before", show=False, priority=True),
        Binding("ctrl+q", "app.quit", "quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._profile = _wanted_profile()
        self._fields = {part: asked_of_part(part, self._profile) for part in PARTS}
        self._part = PARTS[0]
        self._tested: dict[str, str] = {}
        self._testing: set[str] = set()
        self._failing: set[str] = set()
        self._found: dict[str, Mapping[str, str]] = {}
        self._saves = False
        """Whether the settings are to be kept as soon as they have been tested."""

    @property
    def host(self) -> ScreenHost:
        """The application, as far as a screen may know it."""
        return cast("ScreenHost", self.app)

    def compose(self) -> ComposeResult:
        """What is missing, then a field for each setting."""
        yield TopLine("First run")
        with VerticalScroll(id="form", can_focus=False):
            yield Painted(id="welcome")
            for part in PARTS:
                yield Painted(id=f"part-{CHECK_OF_PART[part]}", classes="part")
                for setting in self._fields[part]:
                    yield from self._field(setting)
            yield Painted(id="part-operator", classes="part")
            yield from self._field(_OPERATOR)
        yield KeyLine(id="keys")

    def _field(self, setting: Setting) -> ComposeResult:
        with Horizontal(classes="field"):
            label = Painted(classes="label")
            label.show(
                [line((f" {'*' if setting.required else ' '} {setting.name}", "" if setting.required else "dim"))]
            )
            yield label
            yield _Field(setting)

    def on_mount(self) -> None:
        state = "settings cannot be used" if self.host.problems else "no settings yet"
        self.query_one(TopLine).set_content(state, self._profile, {}, ())
        self._welcome()
        for part in PARTS:
            self._say(part, "", _NOT_FILLED_IN)
        self.query_one("#part-operator", Painted).show([line((" You", "title"))])
        self.query_one(f"#{self._fields[PARTS[0]][0].name}", Input).focus(scroll_visible=False)

    def on_resize(self) -> None:
        """Lines are wrapped for the width there is."""
        self._welcome()

    def _welcome(self) -> None:
        cells = max(self.size.width - 4, 40)
        words = (
            "Fill in what you have (* is what a service needs): each service is tested when you leave its fields. "
            "Nothing is written to any shop. ctrl+s keeps the settings in a file that only you can read, ctrl+q leaves."
            " Or press f5: a practice club on this computer, with invented shows, to try everything without any risk."
        )
        lines: list[Line] = [line((f" {part}", "")) for part in wrap(words, cells)]
        for problem in self.host.problems:
            lines += [line((f" {self.host.glyphs.warning} {part}", "warn")) for part in wrap(problem, cells - 2)]
        self.query_one("#welcome", Painted).show(lines)

    def _say(self, part: str, status: str, words: str) -> None:
        sign, tone = light(status or None, self.host.glyphs)
        cells = max(self.size.width - 6, 40)
        first, *more = wrap(words, cells)
        rows = [line((f" {part}  ", "title")), line((f" {sign} ", tone), (first, tone if tone != "good" else ""))]
        rows += [line((f"   {rest}", tone)) for rest in more]
        self.query_one(f"#part-{CHECK_OF_PART[part]}", Painted).show(rows)

    def _who(self) -> dict[str, str]:
        """The operator's name, if somebody gave one."""
        name = self.query_one(f"#{_OPERATOR.name}", Input).value
        return {_OPERATOR.name: name} if name.strip() else {}

    def values(self, parts: Iterable[str] = PARTS) -> dict[str, str]:
        """What was typed, without empty fields."""
        found = {s.name: self.query_one(f"#{s.name}", Input).value for part in parts for s in self._fields[part]}
        return {name: text for name, text in found.items() if text.strip()}

    def _of_profile(self, values: dict[str, str]) -> dict[str, str]:
        """The same as settings of the profile that was asked for: it decides which file they go to."""
        return {**values, "BRCC_PROFILE": self._profile} if self._profile else values

    def _with_found(self, values: dict[str, str]) -> dict[str, str]:
        """The same with what the tests of the services that are filled in found out."""
        filled = [part for part in PARTS if any(setting.name in values for setting in self._fields[part])]
        return {**values, **{name: text for part in filled for name, text in self._found.get(part, {}).items()}}

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Leaving the fields of a service tests it."""
        part = next((p for p in PARTS if event.widget.id in {s.name for s in self._fields[p]}), "")
        if (part or event.widget.id == _OPERATOR.name) and part != self._part:
            left, self._part = self._part, part
            if left:
                self._test(left)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was found out is of other values than these."""
        part = next((p for p in PARTS if event.input.id in {s.name for s in self._fields[p]}), "")
        if part and self._tested.get(part) not in (None, self._as_typed(part)):
            self._forget(part)
            self._say(part, "", "changed since it was tested; it is tested again when you leave its fields")

    def _forget(self, part: str) -> None:
        """Nothing that a test found of it holds any more."""
        self._saves = False
        self._tested.pop(part, None)
        self._found.pop(part, None)
        self._failing.discard(part)
        self._testing.discard(part)

    def _as_typed(self, part: str) -> str:
        """What is typed of a part, to tell whether that was tested."""
        return repr(sorted(self.values([part]).items()))

    def _missing(self, part: str) -> list[str]:
        """What a service needs and has not."""
        values = self.values([part])
        return [setting.name for setting in self._fields[part] if setting.required and setting.name not in values]

    def action_test_all(self) -> None:
        """Test every service that has its fields."""
        for part in PARTS:
            self._test(part, again=True)

    def _test(self, part: str, *, again: bool = False) -> None:
        values, missing = self.values([part]), self._missing(part)
        if not values or missing:
            self._forget(part)
            words = f"still missing: {', '.join(missing)}" if values else _NOT_FILLED_IN
            self._say(part, "degraded" if values else "", words)
            return
        typed = self._as_typed(part)
        if not again and self._tested.get(part) == typed:
            return
        self._tested[part] = typed
        self._testing.add(part)
        self._say(part, "", "testing…")
        self.host.work(lambda: self._ask(part, values, typed), f"testing {part}", group=f"test {part}")

    async def _ask(self, part: str, values: dict[str, str], typed: str) -> None:
        try:
            check = await self.host.desk.try_settings(self._of_profile(values), CHECK_OF_PART[part])
        except Exception:
            self._forget(part)
            raise
        if self._tested.get(part) != typed:
            return  # other values stand there by now
        time = f" ({check.milliseconds:,.0f} ms)" if check.milliseconds is not None else ""
        self._say(part, check.status.value, check.detail + time)
        self._testing.discard(part)
        self._found[part] = check.found
        if check.status.value == "down":
            self._failing.add(part)
        else:
            self._failing.discard(part)
        if self._saves and not self._testing:
            self._saves = False
            self.action_save()

    def _tests_first(self) -> bool:
        """Test what is filled in and was not tested; whether that has to be waited for. Asked once more: not."""
        if self._saves:
            self._saves = False
            return False
        for part in PARTS:
            if self.values([part]) and not self._missing(part):
                self._test(part)
        self._saves = bool(self._testing)
        return self._saves

    def action_save(self) -> None:
        """Write the file and begin; what is wrong is told and nothing written, unless a person insists."""
        from brcc_tui.settings import SettingsError

        if self._tests_first():
            self.host.show_status("Testing first; then they are kept. ctrl+s once more keeps them at once.")
            return
        if self._failing:
            failing = " and ".join(sorted(self._failing))
            self._failing.clear()
            self.host.show_status(
                f"{failing} could not be reached: ctrl+s once more keeps the settings all the same.", "warn"
            )
            return
        try:
            path = self.host.desk.save_settings(self._of_profile({**self._with_found(self.values()), **self._who()}))
        except SettingsError as app_error:
            self.host.problems = tuple(app_error.problems)
            self._welcome()
            self.query_one("#form", VerticalScroll).scroll_home(animate=False)
            self.host.show_status("Not saved: see what is wrong at the top.", "bad")
            return
        self.app.exit(SETTINGS_SAVED, message=f"Settings written to {path}")

    def action_practice(self) -> None:
        """Leave, and let the command line start the practice club."""
        self.app.exit(START_PRACTICE)


SCREEN = FirstRun
