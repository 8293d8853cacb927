"""Settings: from the environment, then `.env` in the working directory, then the user's configuration folder.

Plain standard library and python-dotenv on purpose: this is read before the first paint, and pydantic
costs a third of the time until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class Secret(str):
    """A credential: prints as asterisks; `reveal()` gives the text."""

    def __repr__(self) -> str:
        return "Secret('***')"

    __str__ = __repr__

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
    """How to reach the shop. `url` is the address of wc/v3, `site` the shop's own."""

    key: Secret
    secret: Secret
    site: str
    url: str
    write_auth: str


@dataclass(frozen=True, slots=True)
class WordPressSettings:
    """How to reach the WordPress database."""

    host: str
    port: int
    user: str
    password: Secret
    name: str
    prefix: str
    tls: bool


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, checked. A platform that is None is not configured, which is a state and no error.

    `profile` is practice, staging or production. `shop` is the identity under which cache and journal are
    kept: the same pair of shops always gives the same one. `settle` are the seconds after which a change
    is looked at again.
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

    @property
    def host(self) -> str:
        """What the top line names: the shop's host."""
        raise NotImplementedError

    @property
    def configured(self) -> bool:
        """Whether at least one shop can be reached."""
        return bool(self.eventbrite or self.woocommerce)


def load_settings() -> Settings:
    """Read and check; raises `SettingsTrouble` with one line for every value that is wrong."""
    raise NotImplementedError
