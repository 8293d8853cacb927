"""RSA with OAEP, as far as logging in to a MySQL server needs it: one short text, encrypted with a public key.

MySQL's own accounts (caching_sha2_password, and sha256_password before it) take the password encrypted if the
connection itself is not, for example through an SSH tunnel to 127.0.0.1. The driver uses the package `cryptography` for
that: 16 MB on disk with cffi, 7 MB of memory, 50 to 200 ms at the first connection, and a compiled wheel for every
platform, to compute one modular power. What makes RSA hard to get right does not arise here: there is no private key,
so timing can reveal nothing, and each encryption is mixed with new random bytes.

A man in the middle can answer with a key of his own. That gives away no more than a plain connection does with any
other account, and is why TLS is off by default on loopback only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets

_HASH = 20
"""Bytes of a SHA-1 sum: MySQL fixed the hash of OAEP, in which its known weakness does not matter."""

_SEQUENCE, _INTEGER, _BITS = 0x30, 0x02, 0x03


class NoKey(ValueError):
    """What the server sent is not a public key."""


def encipher_password(password: bytes, nonce: bytes, key: bytes) -> bytes:
    """The password as MySQL takes it: with a NUL behind, mixed with the server's nonce, for the owner of the key.

    `key` is the PEM text of the public key. Raises `NoKey`.
    """
    plain = bytes(letter ^ nonce[index % len(nonce)] for index, letter in enumerate(password + b"\0"))
    return _encipher(plain, *public_key(key))


def _encipher(message: bytes, modulus: int, exponent: int) -> bytes:
    """RSAES-OAEP with SHA-1 and an empty label (RFC 8017, 7.1.1). Raises `NoKey` where the message is too long."""
    size = (modulus.bit_length() + 7) // 8
    room = size - len(message) - 2 * _HASH - 2
    if room < 0:
        raise NoKey("too short a key for this password")
    block = _sha1(b"") + bytes(room) + b"\1" + message
    seed = secrets.token_bytes(_HASH)
    hidden = _xor(block, _mask(seed, len(block)))
    number = int.from_bytes(b"\0" + _xor(seed, _mask(hidden, _HASH)) + hidden, "big")
    return pow(number, exponent, modulus).to_bytes(size, "big")


def public_key(pem: bytes) -> tuple[int, int]:
    """Modulus and exponent of a SubjectPublicKeyInfo in PEM (RFC 5280, 4.1). Raises `NoKey`."""
    lines = [line.strip() for line in pem.strip(b"\0 \r\n").splitlines()]
    if len(lines) < 3 or not lines[0].startswith(b"-----BEGIN PUBLIC KEY") or not lines[-1].startswith(b"-----END"):
        raise NoKey("no public key in PEM")
    try:
        information, _ = _read(base64.b64decode(b"".join(lines[1:-1]), validate=True), _SEQUENCE)
        _, rest = _read(information, _SEQUENCE)  # the algorithm
        bits, _ = _read(rest, _BITS)
        numbers, _ = _read(bits[1:], _SEQUENCE)  # behind the count of unused bits
        modulus, rest = _read(numbers, _INTEGER)
        exponent, _ = _read(rest, _INTEGER)
    except (binascii.Error, IndexError) as error:
        raise NoKey("a public key that cannot be read") from error
    found = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
    if not 1024 <= found[0].bit_length() <= 16384 or not 3 <= found[1] < 2**32:
        raise NoKey("a key that protects nothing, or keeps this computer busy for hours")
    return found


def _read(data: bytes, kind: int) -> tuple[bytes, bytes]:
    """The contents of the first value of DER, which must be of this kind, and what follows it."""
    if data[0] != kind:
        raise NoKey("another value than a public key has")
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise NoKey("a public key that was cut off")
    return data[start : start + length], data[start + length :]


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, B.2.1)."""
    blocks = (_sha1(seed + counter.to_bytes(4, "big")) for counter in range(-(-length // _HASH)))
    return b"".join(blocks)[:length]


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
