"""The one table of settings, used by loading, the example file, the documentation and the first-run screen."""

from __future__ import annotations

from typing import Final, NamedTuple


class Setting(NamedTuple):
    """One name that may be set. `part` is what it configures; `required` counts once its part is configured.

    `found_out`: nobody is asked for it, set-up finds it out by trying.
    """

    name: str
    part: str
    meaning: str
    default: str = ""
    secret: bool = False
    required: bool = False
    found_out: bool = False


EVENTBRITE, WOOCOMMERCE, WORDPRESS, PROGRAM = "Eventbrite", "WooCommerce", "WordPress database", "This program"
CHECK_OF_PART: Final = {EVENTBRITE: "eventbrite_api", WOOCOMMERCE: "woocommerce_api", WORDPRESS: "wordpress_db"}
"""The health check that tells whether the settings of a part are right."""

SETTINGS: Final = (
    Setting("PRIVATE_TOKEN", EVENTBRITE, "the organization's private token", secret=True, required=True),
    Setting("EVENTBRITE_ORGANIZATION_ID", EVENTBRITE, "the organization's id; asked from Eventbrite when absent"),
    Setting("EVENTBRITE_API_URL", EVENTBRITE, "the API's address", "https://www.eventbriteapi.com/v3"),
    Setting("WOOCOMMERCE_CONSUMER_KEY", WOOCOMMERCE, "a key that may read and write", secret=True, required=True),
    Setting("WOOCOMMERCE_CONSUMER_SECRET", WOOCOMMERCE, "the key's secret", secret=True, required=True),
    Setting("WOOCOMMERCE_API_URL", WOOCOMMERCE, "the site's address, https://example.org", required=True),
    Setting("WOOCOMMERCE_WRITE_AUTH", WOOCOMMERCE, "how writes send the key: query or basic", "query"),
    Setting(
        "WOOCOMMERCE_READ_AUTH",
        WOOCOMMERCE,
        "how reads send the key: basic, or query where the host strips the header; set-up finds out",
        "basic",
        found_out=True,
    ),
    Setting(
        "WOOCOMMERCE_WRITE_METHOD",
        WOOCOMMERCE,
        "how changes are sent: put; or header, parameter or post where the host blocks PUT requests; set-up finds out",
        "put",
        found_out=True,
    ),
    Setting("WORDPRESS_DB_HOST", WORDPRESS, "the database server's host", required=True),
    Setting("WORDPRESS_DB_PORT", WORDPRESS, "its port", "3306"),
    Setting("WORDPRESS_DB_USER", WORDPRESS, "a user with read access only (SELECT)", required=True),
    Setting("WORDPRESS_DB_PASSWORD", WORDPRESS, "the user's password", secret=True, required=True),
    Setting("WORDPRESS_DB_NAME", WORDPRESS, "the database's name", required=True),
    Setting("WORDPRESS_TABLE_PREFIX", WORDPRESS, "the prefix of its tables", "wp_"),
    Setting(
        "WORDPRESS_DB_TLS",
        WORDPRESS,
        "required; ca: signed by BRCC_CA_FILE, whatever host it names; off, the default on loopback only",
        "required",
    ),
    Setting("BRCC_PROFILE", PROGRAM, "practice, staging or production", "production"),
    Setting("BRCC_OPERATOR", PROGRAM, "your name, for the history and for colleagues"),
    Setting("BRCC_ROOM_SEATS", PROGRAM, "seats in the room, until set under Shows", "55"),
    Setting("BRCC_TIMEZONE", PROGRAM, "the club's time zone, such as America/Toronto; the site's own when absent"),
    Setting("BRCC_SETTLE", PROGRAM, "seconds after a write at which it is checked again", "2,15,60"),
    Setting("BRCC_CLOCK", PROGRAM, "how times of day are shown: 24 (20:00) or 12 (8pm)", "24"),
    Setting("BRCC_ASCII", PROGRAM, "1: plain ASCII only; 0: all characters; as the terminal says when absent"),
    Setting("BRCC_MOUSE", PROGRAM, "1: mouse on; 0: off; when absent, off over SSH only"),
    Setting("BRCC_CURSOR", PROGRAM, "1: show the terminal's cursor on the current row, for screen readers"),
    Setting("BRCC_CA_FILE", PROGRAM, "a file of certificates (PEM) to trust"),
    Setting(
        "BRCC_DATA_DIR", PROGRAM, "one folder for catalogue, journal and log; the platform's own folders when absent"
    ),
)
"""Every setting, in the order in which a person is asked for them."""

SECRETS: Final = frozenset(setting.name for setting in SETTINGS if setting.secret)
"""The names of what nobody else may read."""

_RARE: Final = frozenset({"EVENTBRITE_API_URL", "WOOCOMMERCE_WRITE_AUTH"})
"""Asked for outside production alone: there the shops may stand anywhere."""


def settings_of_part(part: str) -> list[Setting]:
    """The settings of one part, in their order."""
    return [setting for setting in SETTINGS if setting.part == part]


def asked_of_part(part: str, profile: str) -> list[Setting]:
    """What set-up asks a person of a part, in any terminal and on the first screen; no profile is production."""
    asked = [setting for setting in settings_of_part(part) if not setting.found_out]
    return [setting for setting in asked if setting.name not in _RARE or profile not in ("", "production")]


def env_example() -> str:
    """The text of `.env.example`: every name with its meaning; what has a default is commented out."""
    lines = [
        "# Copy this file to .env, fill in what you have, and let nobody else read it (chmod 600 .env).",
        "# A shop without settings is not configured, which is no error: the other one works.",
        "# Put values with spaces or # in single quotes.",
    ]
    for part in dict.fromkeys(setting.part for setting in SETTINGS):
        lines += ["", f"# {part}"]
        for setting in settings_of_part(part):
            lines += [f"# {setting.meaning}", f"{'' if setting.required else '# '}{setting.name}={setting.default}"]
    return "\n".join(lines) + "\n"


def settings_markdown() -> str:
    """The table of settings in the documentation."""
    lines = ["| name | part | meaning | default |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "required" if setting.required else ""
        lines.append(f"| `{setting.name}` | {setting.part} | {setting.meaning} | {default} |")
    return "\n".join(lines) + "\n"
