"""Validates the value of each setting: every wrong value gets a line that says how to correct it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from brcc_tui.settings import (
    DISPLAY,
    MAX_OPERATOR,
    NAMES,
    PROFILES,
    EventbriteSettings,
    Secret,
    Settings,
    SettingsError,
    WooCommerceSettings,
    WordPressSettings,
)
from brcc_tui.settings_identity import folder_of, left_behind, plain_address, shop_identity
from brcc_tui.settings_practice import PRACTICE_CLOCK, is_loopback, nobody_elsewhere, practice_ahead
from brcc_tui.settings_table import EVENTBRITE, SECRETS, SETTINGS, WOOCOMMERCE, WORDPRESS, settings_of_part

_DEFAULTS: Final = {PRACTICE_CLOCK: "", **{setting.name: setting.default for setting in SETTINGS}}
_MEANINGS: Final = {setting.name: setting.meaning for setting in SETTINGS}
_MAY_BE_A_KEY: Final = re.compile(r"@|\bc[ks]_|(?<![\w.-])[\w-]{16,}(?![\w.-])")
"""What may be a secret in a value of the wrong setting: credentials before a host, or as many characters in a row as
keys have, which no host's name has.
"""


def settings_from(
    values: Mapping[str, str],
    *,
    problems: Sequence[str] = (),
    warnings: Sequence[str] = (),
    files: Sequence[Path] = (),
) -> Settings:
    """Settings from exactly these values (an empty one counts as not set) and nothing else around.

    Raises `SettingsError` for the problems given and for every value that is missing or wrong.
    """
    check = _Check({name: text for name, text in values.items() if name in NAMES and text.strip()}, list(problems))
    eventbrite, woocommerce, wordpress = _eventbrite(check), _woocommerce(check), _wordpress(check)
    profile = check.one_of("BRCC_PROFILE", PROFILES)
    if profile == "practice":
        nobody_elsewhere(_hosts(eventbrite, woocommerce, wordpress), check.problem)
    shop, as_typed = _identities(check, profile, eventbrite, woocommerce)
    room_seats, settle, timezone = check.number("BRCC_ROOM_SEATS", 1, 100_000), _settle(check), _timezone(check)
    ca_file, display, operator = _ca_file(check), _display(check), _operator(check)
    data, logs = _folders(check)
    ahead = practice_ahead(check.text(PRACTICE_CLOCK), profile, check.problem)
    if check.problems:
        raise SettingsError(check.problems)
    kept = folder_of(data, shop, as_typed)
    return Settings(
        eventbrite=eventbrite,
        woocommerce=woocommerce,
        wordpress=wordpress,
        profile=profile,
        shop=shop,
        data_dir=kept,
        room_seats=room_seats,
        timezone=timezone,
        settle=settle,
        ca_file=ca_file,
        warnings=(*warnings, *left_behind(kept, data, profile, *_whose(eventbrite, woocommerce))),
        files=tuple(files),
        log_dir=folder_of(logs, shop, as_typed),
        display=display,
        practice_ahead=ahead,
        operator=operator,
    )


def _identities(
    check: _Check, profile: str, eventbrite: EventbriteSettings | None, woocommerce: WooCommerceSettings | None
) -> tuple[str, str]:
    """The identity of these shops, and the one that their addresses had when they counted as they were written."""
    address, organization, site = _whose(eventbrite, woocommerce)
    api, typed = check.text("EVENTBRITE_API_URL"), _site_of(check.text("WOOCOMMERCE_API_URL").rstrip("/"))
    return (
        shop_identity(profile, address, organization, site),
        shop_identity(profile, address and api, organization, site and typed),
    )


def _whose(
    eventbrite: EventbriteSettings | None, woocommerce: WooCommerceSettings | None
) -> tuple[str | None, str | None, str | None]:
    """Eventbrite's address, the organization there and the site; None for what is not configured."""
    address, organization = (eventbrite.url, eventbrite.organization_id) if eventbrite else (None, None)
    return address, organization, woocommerce.site if woocommerce else None


def _hosts(
    eventbrite: EventbriteSettings | None, woocommerce: WooCommerceSettings | None, wordpress: WordPressSettings | None
) -> Mapping[str, str | None]:
    """The host that each configured part is asked at, by the setting that names it; None where that names none."""
    hosts = {"EVENTBRITE_API_URL": urlsplit(eventbrite.url).hostname} if eventbrite else {}
    hosts |= {"WOOCOMMERCE_API_URL": urlsplit(woocommerce.site).hostname} if woocommerce else {}
    return hosts | ({"WORDPRESS_DB_HOST": wordpress.host} if wordpress else {})


class _Check:
    """The values given and the problems met so far. Its methods never raise: they note and go on."""

    def __init__(self, values: Mapping[str, str], problems: list[str]) -> None:
        self.values = values
        self.problems = problems
        for name, text in values.items():
            if any(ord(c) < 32 or ord(c) == 127 for c in text.strip()):
                self.problem(
                    name,
                    "contains a line break or another control character (between double quotes \\n, \\t and \\b are "
                    "such: put a Windows path in single quotes)",
                )

    def problem(self, name: str, text: str) -> None:
        """Note what is wrong with a value. Secrets are never repeated, so `text` must not hold one."""
        self.problems.append(f"{name} {text}")

    def shown(self, text: str) -> str:
        """A wrong value as it may be repeated: what may be a credential that got into the wrong place is not."""
        given = (value.strip().casefold() for name, value in self.values.items() if name in SECRETS)
        if _MAY_BE_A_KEY.search(text) or any(len(secret) > 1 and secret in text.casefold() for secret in given):
            return f"a text of {len(text)} characters"
        return repr("".join(c if c.isprintable() else "?" for c in text[:60]))

    def text(self, name: str) -> str:
        """The value, else its default. Only a password keeps its outer spaces."""
        value = self.values.get(name, _DEFAULTS[name])
        return value if name == "WORDPRESS_DB_PASSWORD" else value.strip()

    def configured(self, part: str) -> bool:
        """Whether a part is configured: all required values are there. Half of them is a problem."""
        of_part = settings_of_part(part)
        missing = [setting.name for setting in of_part if setting.required and setting.name not in self.values]
        if not missing:
            return True
        if any(setting.name in self.values for setting in of_part if not setting.default):
            for name in missing:
                self.problem(name, f"is missing: {_MEANINGS[name]} ({part} is configured by half)")
        return False

    def credential(self, name: str) -> Secret:
        """A token or key: printable ASCII in one piece, or it could not stand in a header."""
        text = self.text(name)
        if not re.fullmatch(r"[!-~]+", text):
            self.problem(name, "holds spaces or characters that no such key has: copy it again")
        elif re.fullmatch(r"(['\"]).*\1", text):  # in a file they are the file's; some take them for the value's
            self.problem(name, "is in quotation marks, which are not part of it: leave them out")
        return Secret(text)

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """One of some words."""
        text = self.text(name).lower()
        if text not in allowed:
            self.problem(name, f"must be one of {', '.join(allowed)}, not {self.shown(text)}")
        return text

    def number(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.text(name)
        if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
            return int(text)
        self.problem(name, f"must be a whole number from {least} to {most}, not {self.shown(text)}")
        return least

    def address(self, name: str) -> str:
        """A web address in its plainest form (see `plain_address`): https, or http on this computer only."""
        text = self.text(name)
        try:
            parts = urlsplit(text)
            host, can_be_read = parts.hostname or "", parts.port != 0
        except ValueError:
            host, can_be_read = "", False
        if not can_be_read:
            self.problem(name, "is not an address that can be read")
            return ""
        if _holds_more_than_a_place(parts):
            self.problem(name, "must be a plain address, without credentials, ? or #")
        elif parts.scheme not in ("http", "https") or not _is_host(host):
            self.problem(name, f"must begin with https:// and a host, not {self.shown(text)}")
        elif not re.fullmatch(r"(/[A-Za-z0-9._~%-]+)*/*", parts.path):
            self.problem(name, "has a path that no address has: copy it again")
        elif parts.scheme == "http" and not is_loopback(host):
            self.problem(name, f"must begin with https://: over http:// the keys for {host} could be read on the way")
        return plain_address(parts)


def _is_host(text: str) -> bool:
    """Whether it has the form of a host: a name, whose parts the system can look up, or a number that is an address."""
    if re.fullmatch(r"[0-9]+(\.[0-9]+){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*", text):
        try:
            return bool(ipaddress.ip_address(text))
        except ValueError:
            return False
    return re.fullmatch(r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?", text) is not None


def _holds_more_than_a_place(parts: SplitResult) -> bool:
    """Whether credentials, a query or a fragment stand in an address; an empty user name is one."""
    return parts.username is not None or parts.password is not None or bool(parts.query or parts.fragment)


def _eventbrite(check: _Check) -> EventbriteSettings | None:
    if not check.configured(EVENTBRITE):
        return None
    organization = check.text("EVENTBRITE_ORGANIZATION_ID")
    if not re.fullmatch(r"[0-9]{0,20}", organization):
        check.problem("EVENTBRITE_ORGANIZATION_ID", f"must be a number, not {check.shown(organization)}")
    return EventbriteSettings(
        check.credential("PRIVATE_TOKEN"), check.address("EVENTBRITE_API_URL"), organization or None
    )


def _site_of(address: str) -> str:
    return address.removesuffix("/wp-json/wc/v3")


def _woocommerce(check: _Check) -> WooCommerceSettings | None:
    if not check.configured(WOOCOMMERCE):
        return None
    site = _site_of(check.address("WOOCOMMERCE_API_URL"))
    if "/wp-json" in site:
        check.problem("WOOCOMMERCE_API_URL", "must be the site's address, or end in /wp-json/wc/v3")
    return WooCommerceSettings(
        key=check.credential("WOOCOMMERCE_CONSUMER_KEY"),
        secret=check.credential("WOOCOMMERCE_CONSUMER_SECRET"),
        site=site,
        url=f"{site}/wp-json/wc/v3",
        write_auth=check.one_of("WOOCOMMERCE_WRITE_AUTH", ("query", "basic")),
        read_auth=check.one_of("WOOCOMMERCE_READ_AUTH", ("basic", "query")),
        write_method=check.one_of("WOOCOMMERCE_WRITE_METHOD", ("put", "header", "parameter", "post")),
    )


def _wordpress(check: _Check) -> WordPressSettings | None:
    if not check.configured(WORDPRESS):
        return None
    host = check.text("WORDPRESS_DB_HOST")
    if not _is_host(host):
        check.problem("WORDPRESS_DB_HOST", f"must be a host alone (the port has its own name), not {check.shown(host)}")
    prefix = check.text("WORDPRESS_TABLE_PREFIX")
    if not re.fullmatch(r"[A-Za-z0-9_]{1,40}", prefix):
        check.problem("WORDPRESS_TABLE_PREFIX", f"may hold only letters, digits and _, not {check.shown(prefix)}")
    tls = check.one_of("WORDPRESS_DB_TLS", ("required", "ca", "off"))
    if "WORDPRESS_DB_TLS" not in check.values and is_loopback(host):
        tls = "off"
    if tls == "ca" and not check.text("BRCC_CA_FILE"):
        check.problem("BRCC_CA_FILE", "must name the file of the server's CA where WORDPRESS_DB_TLS is ca")
    return WordPressSettings(
        host=host,
        port=check.number("WORDPRESS_DB_PORT", 1, 65535),
        user=check.text("WORDPRESS_DB_USER"),
        password=Secret(check.text("WORDPRESS_DB_PASSWORD")),
        name=check.text("WORDPRESS_DB_NAME"),
        prefix=prefix,
        tls=tls != "off",
        host_checked=tls != "ca",
    )


def _settle(check: _Check) -> tuple[float, ...]:
    text = check.text("BRCC_SETTLE")
    parts = [part.strip() for part in text.split(",")]
    if not all(re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,3})?", part) for part in parts):
        check.problem("BRCC_SETTLE", f"must be seconds such as 2,15,60, each below 1000, not {check.shown(text)}")
        return ()
    seconds = tuple(float(part) for part in parts)
    if list(seconds) != sorted(set(seconds)):
        check.problem("BRCC_SETTLE", f"must rise from one look to the next, as 2,15,60 does, not {check.shown(text)}")
    return seconds


def _timezone(check: _Check) -> str | None:
    name = check.text("BRCC_TIMEZONE")
    if not name:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder's name, an absolute path, an unknown name
        check.problem("BRCC_TIMEZONE", f"is no time zone such as America/Toronto: {check.shown(name)}")
    return name


def _path(check: _Check, name: str) -> Path:
    """The whole path of a file or folder: one that begins with `~` is in somebody's home, a short one is from here."""
    text = check.text(name)
    try:
        return Path(text).expanduser().absolute()
    except (RuntimeError, OSError):  # nobody has that name; or the working folder is gone
        check.problem(name, f"begins in a folder that is not there: {check.shown(text)}")
        return Path(text)


def _ca_file(check: _Check) -> Path | None:
    text = check.text("BRCC_CA_FILE")
    if not text:
        return None
    path = _path(check, "BRCC_CA_FILE")
    try:
        certificates = path.read_bytes()
    except (OSError, ValueError) as error:  # the latter for a name that no file can have
        why = getattr(error, "strerror", None) or "no such file"
        check.problem("BRCC_CA_FILE", f"names {check.shown(text)}, which cannot be read: {why}")
    else:
        if b"-----BEGIN CERTIFICATE-----" not in certificates:
            check.problem("BRCC_CA_FILE", f"names {check.shown(text)}, which holds no certificate in PEM form")
    return path


def _operator(check: _Check) -> str:
    text = " ".join(check.text("BRCC_OPERATOR").split())
    if len(text) > MAX_OPERATOR:
        check.problem("BRCC_OPERATOR", f"must be a short name, of {MAX_OPERATOR} characters at most")
    return text


def _display(check: _Check) -> Mapping[str, str]:
    check.one_of("BRCC_CLOCK", ("24", "12"))
    for name in ("BRCC_ASCII", "BRCC_MOUSE", "BRCC_CURSOR"):
        if check.text(name) not in ("", "0", "1"):
            check.problem(name, f"must be 0 or 1, not {check.shown(check.text(name))}")
    return {name: text for name in DISPLAY if (text := check.text(name))}


def _folders(check: _Check) -> tuple[Path, Path]:
    """Where data and logs stand: in the folder that was set for everything, else in the platform's own for each."""
    if check.text("BRCC_DATA_DIR"):
        return (_path(check, "BRCC_DATA_DIR"),) * 2
    import platformdirs

    data: Path = platformdirs.user_data_path("brcc-tui", appauthor=False)
    return data, platformdirs.user_log_path("brcc-tui", appauthor=False)
