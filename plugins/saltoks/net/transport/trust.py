"""Whose certificates are believed: those that the environment names, else those that come with the HTTP client."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from saltoks.core.errors import ConfigError


def trusted(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The TLS settings by SSL_CERT_FILE and SSL_CERT_DIR; raises ConfigError that names the variable that is wrong."""
    file, folder = environ.get("SSL_CERT_FILE"), environ.get("SSL_CERT_DIR")
    if folder and not all(Path(one).is_dir() for one in folder.split(os.pathsep)):
        raise ConfigError("SSL_CERT_DIR names a folder that is not there: correct it, or take the variable away")
    try:
        if not file and not folder:
            return httpx.create_ssl_context(trust_env=False)
        made = ssl.create_default_context(cafile=file or None, capath=folder or None)
    except (OSError, ValueError):  # ssl's own errors are of this kind
        name = "SSL_CERT_FILE" if file and not _readable(file) else "SSLKEYLOGFILE"
        raise ConfigError(f"{name} names a file that cannot be used: correct it, or take the variable away") from None
    return made


def _readable(file: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except (OSError, ValueError):
        return False
    return True
