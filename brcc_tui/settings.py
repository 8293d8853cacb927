"""Settings: from the environment, then `.env` in the working directory, then the user's configuration folder.

Plain standard library and python-dotenv on purpose: this is read before the first paint, and pydantic
costs a third of the time until then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from brcc_tui.model.app_error import AppError
from brcc_tui.settings_practice import PRACTICE_CLOCK
from brcc_tui.settings_table import SETTINGS

PROFILES: Final = ("practice", "staging", "production")

DISPLAY: Final = ("BRCC_CLOCK", "BRCC_ASCII", "BRCC_MOUSE", "BRCC_CURSOR")
"""How the screens look at this terminal; nothing else depends on them."""

MAX_OPERATOR: Final = 40
"""Letters of a person's name: it is in lines beside other things."""

NAMES: Final = frozenset({PRACTICE_CLOCK, *(setting.name for setting in SETTINGS)})


class SettingsError(AppError):
    """The settings cannot be used; `problems` has one line for every value that is missing or wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems), next_step="correct the settings, or run brcc-tui setup")
        self.problems = tuple(problems)


class Secret(str):
    """A credential: prints as asterisks; `reveal()` gives the text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def reveal(self) -> str:
        """The text itself, for the wire only."""
        return str.__str__(self)


@dataclass(frozen=True, slots=True)
class EventbriteSettings:
    """How to reach the organization on Eventbrite."""

    token: Secret
    url: str
    organization_id: str | None


@dataclass(frozen=True, slots=True)
class WooCommerceSettings:
    """How to reach the shop. `url` is the address of wc/v3, `site` the shop's own.

    `read_auth` and `write_auth` say how the key is shown (`basic` in a header, `query` in the address), `write_method`
    how an update is sent (`put`; `header`, `parameter` and `post` are POSTs, for hosts that let no PUT through).
    """

    key: Secret
    secret: Secret
    site: str
    url: str
    write_auth: str
    read_auth: str = "basic"
    write_method: str = "put"


@dataclass(frozen=True, slots=True)
class WordPressSettings:
    """How to reach the WordPress database.

    `tls`: encrypted or not at all. `host_checked` is False where the certificate need not name the host, as MySQL's
    automatic one does not (`WORDPRESS_DB_TLS=ca`): then only `BRCC_CA_FILE` may have signed it.
    """

    host: str
    port: int
    user: str
    password: Secret
    name: str
    prefix: str
    tls: bool
    host_checked: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked. A platform that is None is not configured, which is a state and no error.

    `profile` is practice, staging or production. `shop` is the identity under which cache and journal are
    kept: the same pair of shops always gives the same one. `settle` are the seconds after which a change
    is looked at again. `warnings` are things that work and should not stay so; `files` were read. `log_dir` is
    the platform's folder for logs, unless everything is to stand in `BRCC_DATA_DIR`. `display` is how the screens
    are to look: the values of `DISPLAY` that were given. `practice_ahead` is how far the
    practice club's clock is ahead of this computer's: nothing with any other shop. `operator` is the person's name.
    """

    eventbrite: EventbriteSettings | None
    woocommerce: WooCommerceSettings | None
    wordpress: WordPressSettings | None
    profile: str
    shop: str
    data_dir: Path
    room_seats: int
    timezone: str | None
    settle: tuple[float, ...]
    ca_file: Path | None
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    log_dir: Path = Path()
    display: Mapping[str, str] = field(default_factory=dict)
    practice_ahead: dt.timedelta = dt.timedelta(0)
    operator: str = ""

    @property
    def host(self) -> str:
        """What the top line names: the shop's host, else Eventbrite's."""
        address = self.woocommerce.site if self.woocommerce else self.eventbrite.url if self.eventbrite else ""
        return urlsplit(address).netloc or "no shop"

    @property
    def configured(self) -> bool:
        """Whether at least one shop can be reached."""
        return bool(self.eventbrite or self.woocommerce)

    def secrets(self) -> tuple[str, ...]:
        """Every credential's text, for whoever has to keep them out of what is written down."""
        found: list[Secret] = []
        if self.eventbrite:
            found.append(self.eventbrite.token)
        if self.woocommerce:
            found += [self.woocommerce.key, self.woocommerce.secret]
        if self.wordpress:
            found.append(self.wordpress.password)
        return tuple(secret.reveal() for secret in found)


def missing_lines() -> list[str]:
    """What a program without any settings lacks: a line for each required value."""
    return [f"{setting.name} is not set: {setting.part}, {setting.meaning}" for setting in SETTINGS if setting.required]
