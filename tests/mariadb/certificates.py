"""A certificate for 127.0.0.1 that lives as long as the test, made by PHP, which the tests need anyway."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.mariadb.server import find_program

_CONFIG = """
[req]
distinguished_name = name
[name]
[both]
basicConstraints = critical, CA:TRUE
subjectAltName = IP:127.0.0.1
subjectKeyIdentifier = hash
keyUsage = critical, digitalSignature, keyCertSign
"""

_SCRIPT = """<?php
[$self, $folder] = $argv;
$options = ['config' => "$folder/openssl.cnf", 'private_key_bits' => 2048, 'digest_alg' => 'sha256'];
$options['x509_extensions'] = 'both';
$key = openssl_pkey_new($options);
$request = openssl_csr_new(['commonName' => '127.0.0.1'], $key, $options);
$certificate = openssl_csr_sign($request, null, $key, 2, $options, 1);
openssl_x509_export_to_file($certificate, "$folder/cert.pem");
openssl_pkey_export_to_file($key, "$folder/key.pem", null, $options);
"""


@dataclass(frozen=True)
class Certificate:
    """Files of a self-signed certificate, which is its own authority."""

    cert: Path
    key: Path

    def server_options(self) -> tuple[str, ...]:
        """What makes a MariaDB server offer TLS with it."""
        return (f"--ssl-cert={self.cert}", f"--ssl-key={self.key}", f"--ssl-ca={self.cert}")


def make_certificate(folder: Path) -> Certificate | None:
    """Make one in this folder; None where there is no PHP with OpenSSL."""
    php = find_program("php")
    if not php:
        return None
    (folder / "openssl.cnf").write_text(_CONFIG)
    (folder / "make.php").write_text(_SCRIPT)
    subprocess.run([php, str(folder / "make.php"), str(folder)], capture_output=True, check=False)
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    return made if made.cert.exists() and made.key.exists() else None
