"""The TLS settings of whoever asks a server on loopback over plain HTTP."""

from __future__ import annotations

import ssl

TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Knows no certificate: to read those that are usually believed takes longer than to start a sandbox."""
