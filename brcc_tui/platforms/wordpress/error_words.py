"""What each of the servers' error numbers means for this program: what happened, and what to do.

The numbers are those of MySQL 5.7 to 9.7 and MariaDB 10.2 to 11.8; from 2000 to 2999 they are the driver's. "Try
again" stands only where that alone helps.
"""

from __future__ import annotations

ReasonAndAdvice = tuple[str, str]
"""What happened, and what to do next."""

CHECK_ACCOUNT = "Check WORDPRESS_DB_USER and WORDPRESS_DB_PASSWORD"
HOST = "Check WORDPRESS_DB_HOST and WORDPRESS_DB_PORT, and whether the host lets this computer in"
_AGAIN = "Try again in a moment"
_SELECT = "Ask the host to grant SELECT on the whole database"
_LOST: ReasonAndAdvice = ("the connection was lost", _AGAIN)
_REFUSED: ReasonAndAdvice = ("the server does not accept this user and password", CHECK_ACCOUNT)
NO_ENCRYPTION: ReasonAndAdvice = (
    "no encrypted connection could be agreed on",
    "Ask the host which TLS versions it speaks",
)
_SLOW: ReasonAndAdvice = (
    "the server stopped the query because it took too long",
    "Try again when the server has less to do; if it happens each time, ask the host what slows it down",
)
_FULL: ReasonAndAdvice = (
    "the server has no disk space left",
    "Ask the host to free some: the shop itself will suffer soon",
)
_MEMORY: ReasonAndAdvice = (
    "the server allows this query too little memory",
    "Ask the host to raise the limit of memory for this user or session",
)
_MEMORY_GONE: ReasonAndAdvice = (
    "the server is out of memory, files or threads",
    "Tell the host: the shop itself will suffer soon",
)
_TABLE: ReasonAndAdvice = (
    "a table of the database is damaged",
    "Ask the host to check and repair the WordPress tables",
)
_OLD: ReasonAndAdvice = (
    "the server is too old: it lacks a function that counting needs",
    "Ask the host for MySQL 5.7.8, MariaDB 10.2.3 or a newer one",
)
_EXPIRED: ReasonAndAdvice = (
    "this user's password has expired",
    "Ask the host for a new one (and that it never expires), then correct WORDPRESS_DB_PASSWORD",
)
_LOCKED: ReasonAndAdvice = (
    "this user is locked on the server",
    "Ask the host to unlock it (ALTER USER ... ACCOUNT UNLOCK)",
)
_PLUGIN: ReasonAndAdvice = (
    "the server knows this user by a kind of log-in that this program does not have (such as ed25519, parsec, PAM or a "
    "certificate), or does not know it at all",
    "Check WORDPRESS_DB_USER; if it is right, ask the host for a user with a password: mysql_native_password on "
    "MariaDB, caching_sha2_password on MySQL",
)
_SECURE: ReasonAndAdvice = ("the server takes encrypted connections only", "Set WORDPRESS_DB_TLS=required")
_ONLY_READ: ReasonAndAdvice = (
    "the server would not do that, because it or this session may only read",
    "Nothing was lost; tell the host if it happens again",
)
_SHAPE: ReasonAndAdvice = (
    "a WordPress or WooCommerce table is not as this program knows it",
    "Update WooCommerce's database (WooCommerce > Status > Tools), and check WORDPRESS_TABLE_PREFIX",
)
_CLUSTER: ReasonAndAdvice = (
    "this node of the database cluster takes no queries now: it has not caught up, or lost sight of the others",
    "Try again in a minute; if it lasts, ask the host for the state of the cluster",
)

_TEMPORARY: ReasonAndAdvice = (
    "the server has no room left for its temporary tables",
    "Ask the host to free disk space for them, or to raise this user's limit of it",
)
_INIT_CONNECT: ReasonAndAdvice = (
    "the server ends this user's connections at once: what it runs at their start (init_connect) fails",
    "Ask the host to correct init_connect",
)
_MIXED: ReasonAndAdvice = (
    "columns of the WordPress tables that belong together are kept with different collations",
    "Ask the host to convert the WordPress and WooCommerce tables to one collation (utf8mb4_unicode_ci)",
)
_SWITCH: ReasonAndAdvice = (
    "a setting of the server forbids a query that counting needs",
    "Tell the host this number: a session's settings (init_connect) must leave plain queries alone",
)
_BROKEN: ReasonAndAdvice = ("the connection broke while the server answered", _AGAIN)
_PROXY: ReasonAndAdvice = (
    "a proxy between this computer and the database has no database server that answers",
    "Try again in a minute; if it lasts, ask the host for the proxy's state, or for a way to the database itself",
)
IN_INNODB = "Ask the host to convert these tables to InnoDB (ALTER TABLE ... ENGINE=InnoDB), as WordPress makes them"

ERROR_WORDS: dict[int, ReasonAndAdvice] = {
    0: _LOST,
    # Who may come in.
    1045: _REFUSED,
    1698: (
        "the server lets this user in by its login on the server alone, not by a password",
        "Ask the host for a user with a password (mysql_native_password on MariaDB, caching_sha2_password on MySQL)",
    ),
    1130: ("the server does not let this computer in", "Ask the host to allow this computer's address"),
    1129: (
        "the server has locked this computer out after too many failures",
        "Ask the host to unblock it (FLUSH HOSTS, or TRUNCATE performance_schema.host_cache)",
    ),
    1820: _EXPIRED,
    1862: _EXPIRED,
    3118: _LOCKED,
    4151: _LOCKED,
    3955: (
        "this user is locked for a time, after too many wrong passwords",
        "Correct WORDPRESS_DB_PASSWORD, and wait, or ask the host to unlock the user (ALTER USER ... ACCOUNT UNLOCK)",
    ),
    3159: _SECURE,
    2061: _SECURE,
    1251: _PLUGIN,
    1275: _PLUGIN,
    1524: _PLUGIN,
    2049: _PLUGIN,
    2054: _PLUGIN,
    2059: _PLUGIN,
    1049: ("the server has no database of that name", "Check WORDPRESS_DB_NAME"),
    1044: ("this user may not open that database", "Check WORDPRESS_DB_NAME, and ask the host to grant SELECT on it"),
    1142: ("this user may not read a table that is needed", _SELECT),
    1143: ("this user may not read a column that is needed", _SELECT),
    1227: ("this user may not do something that is needed", f"{_SELECT}; nothing else should be needed"),
    1370: _OLD,  # MySQL 5.6 takes JSON_ARRAY for a routine, which this user may not execute
    1305: _OLD,
    1064: _OLD,
    1115: _OLD,
    1193: (
        "the server does not know a setting that counting needs",
        "Ask the host for MySQL 5.7.8, MariaDB 10.2.3 or a newer one, without a proxy between",
    ),
    # How many, how long, how much.
    1040: (
        "the server has no connection free",
        "Try again in a moment; if it lasts, ask the host to raise max_connections",
    ),
    1203: (
        "this user has too many connections",
        "Close other copies of this program, or ask the host to raise max_user_connections (six for each computer)",
    ),
    1226: (
        "this user has used up its allowance on the server",
        "Ask the host to lift the limits of this user (MAX_QUERIES_PER_HOUR and the like)",
    ),
    1104: (
        "the server refuses queries that look at many rows (max_join_size)",
        "Ask the host to let this user set sql_big_selects, or to raise max_join_size",
    ),
    1969: _SLOW,
    3024: _SLOW,
    1317: ("the query was stopped on the server", _AGAIN),
    1205: ("the server waited too long for somebody else's lock", _AGAIN),
    1213: ("the server gave up this query in favour of another", _AGAIN),
    1028: _SLOW,
    1412: ("a table was being changed while it was read (an update of the shop?)", "Try again when the update is done"),
    1021: _FULL,
    **dict.fromkeys((1, 2, 3, 20, 41, 1026, 1878), _TEMPORARY),
    **dict.fromkeys((5, 23, 1135), _MEMORY_GONE),
    1114: _FULL,
    1037: _MEMORY,
    1038: _MEMORY,
    1041: _MEMORY,
    4081: _MEMORY,
    4082: _MEMORY,
    1153: (
        "the query is longer than the server takes",
        "Ask the host to raise max_allowed_packet to 16 MB",
    ),
    # The server's own state.
    1047: _CLUSTER,
    3032: (
        "the server is in offline mode: it lets administrators in alone",
        "Ask the host when it is back (offline_mode)",
    ),
    1053: ("the server is shutting down", "Try again when it is back"),
    3168: ("the server is not available now", "Try again when it is back"),
    3169: ("the connection was ended on the server", _AGAIN),
    1927: ("the connection was ended on the server", _AGAIN),
    4031: _LOST,
    **dict.fromkeys((1152, 1184), _INIT_CONNECT),
    **dict.fromkeys((1156, 1158, 1159, 1160, 1161), _BROKEN),
    **dict.fromkeys((1815, 9000, 9001, 9002, 9006), _PROXY),
    1290: _SWITCH,
    3889: _SWITCH,
    1792: _ONLY_READ,
    1836: _ONLY_READ,
    1146: (
        "a WordPress table is missing",
        "Check WORDPRESS_TABLE_PREFIX: it is $table_prefix in the site's wp-config.php",
    ),
    1054: _SHAPE,
    1109: _SHAPE,
    1176: _SHAPE,
    1221: _SHAPE,
    1347: _SHAPE,
    1356: _SHAPE,
    **dict.fromkeys((1253, 1267, 1270, 1271, 3144), _MIXED),
    1449: _SHAPE,
    3854: (
        "the server cannot put a text of the query into its character set",
        "Ask the host what sets another character set than utf8mb4 (init_connect, or a proxy between)",
    ),
    1030: _TABLE,
    1034: _TABLE,
    1035: _TABLE,
    1194: _TABLE,
    1195: _TABLE,
    # The way there.
    2003: ("the server cannot be reached", HOST),
    2005: ("the server cannot be reached", HOST),
    2006: _LOST,
    2013: _LOST,
    2026: NO_ENCRYPTION,
    2027: ("the server's answer could not be read", HOST),
}

ERROR_WORDS[1105] = (
    "the server, or a proxy between, refused without saying why",
    "Try again in a moment; if it lasts, ask the host for a way to the database itself",
)
"""By the number of the error; 0 is a connection that the driver knows to be gone."""

WORTH_ANOTHER_TRY = frozenset({1040, 1203, 2003, 2005, 2006, 2013})
"""Numbers after which connecting may succeed half a second later."""

_ALLOWANCES: dict[str, ReasonAndAdvice] = {
    "max_user_connections": (
        "this user has as many connections as it may have",
        "Close other copies of this program, or ask the host to raise MAX_USER_CONNECTIONS (six for each computer)",
    ),
    "max_connections_per_hour": (
        "this user has made as many connections as it may make in an hour",
        "Ask the host to lift MAX_CONNECTIONS_PER_HOUR of this user; until then, wait for the hour to end",
    ),
    "max_queries_per_hour": (
        "this user has sent as many queries as it may send in an hour",
        "Ask the host to lift MAX_QUERIES_PER_HOUR of this user; until then, wait for the hour to end",
    ),
}
_ALLOWANCES["max_questions"] = _ALLOWANCES["max_queries_per_hour"]

BY_TEXT: dict[int, dict[str, ReasonAndAdvice]] = {
    1226: _ALLOWANCES,
    1030: {"error 28 ": _FULL, "error 200 ": _TEMPORARY, "error 201 ": _TEMPORARY, "no space left": _FULL},
    1290: {
        "max-session-mem-used": _MEMORY,
        "read-only": _ONLY_READ,
        "read_only": _ONLY_READ,
    },
}
"""What numbers mean that stand for several things, by what is in the server's text (in small letters)."""

CERTIFICATES: dict[int, ReasonAndAdvice] = {
    62: (
        "the server's certificate names another host",
        "Check WORDPRESS_DB_HOST. If it is right, and the server's CA certificate stands in the file of "
        "BRCC_CA_FILE, set WORDPRESS_DB_TLS=ca: then the name is not compared",
    ),
    9: (
        "the server's certificate is not valid yet",
        "Let the clock of this computer be set by the network; if it is right, tell the host",
    ),
    10: (
        "the server's certificate has expired",
        "Ask the host to renew it; if it is new, look at the clock of this computer",
    ),
}
CERTIFICATES[64] = CERTIFICATES[62]
"""OpenSSL's numbers of what is wrong with a certificate: 62 and 64, the name or address is another one."""

STRICT_CERTIFICATES = frozenset(range(79, 94))
"""What OpenSSL finds in certificates when it looks strictly (from Python 3.13 on): extensions that are missing."""
