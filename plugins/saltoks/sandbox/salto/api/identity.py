"""The identity server: token endpoint, authorize endpoint, discovery (salto-ks §1.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import timedelta
from urllib.parse import parse_qsl, unquote_plus, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.state import Grant
from saltoks.sandbox.salto.world import ClientSpec

TOKEN_SECONDS = 3600
CODE_SECONDS = 300
CONNECT = "user_api.full_access"
SCOPES = {
    "password": {CONNECT, "offline_access"},
    "authorization_code": {CONNECT, "openid", "profile", "offline_access"},
}
NO_STORE = {"Cache-Control": "no-store"}


class OAuthError(Exception):
    """An OAuth error answer."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


def token(cloud: Cloud, request: Request, body: bytes) -> Response:
    """`POST /connect/token`: password, authorization_code and refresh_token grants."""
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    try:
        client = _client(cloud, request.headers.get("authorization", ""), form)
        grant = _grant(cloud, client, form)
    except OAuthError as error:
        return JSONResponse({"error": error.error}, error.status, NO_STORE)
    issuer = str(request.base_url).rstrip("/")
    return JSONResponse(_answer(cloud, grant, issuer, form), headers=NO_STORE)


def _client(cloud: Cloud, header: str, form: dict[str, str]) -> ClientSpec:
    """The client by Basic or by form fields; one without a secret only names itself."""
    client_id, secret = _basic(header) or (form.get("client_id", ""), form.get("client_secret"))
    client = cloud.clients.get(client_id)
    if client is None or client.client_secret != secret:
        raise OAuthError("invalid_client", cloud.options.invalid_client_status)
    return client


def _basic(header: str) -> tuple[str, str] | None:
    kind, _, text = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return unquote_plus(name), unquote_plus(secret)


def _grant(cloud: Cloud, client: ClientSpec, form: dict[str, str]) -> Grant:
    kinds = {"password": _by_password, "authorization_code": _by_code, "refresh_token": _by_refresh}
    kind = form.get("grant_type", "")
    if kind not in kinds:
        raise OAuthError("unsupported_grant_type")
    if kind not in client.grants:
        raise OAuthError("unauthorized_client")
    return kinds[kind](cloud, client, form)


def _by_password(cloud: Cloud, client: ClientSpec, form: dict[str, str]) -> Grant:
    scope = _scope(client, "password", form.get("scope", ""))
    account = cloud.accounts.get(form.get("username", ""))
    if account is None or account.password != form.get("password"):
        raise OAuthError("invalid_grant")
    return Grant(client_id=client.client_id, username=account.username, scope=scope)


def _by_code(cloud: Cloud, client: ClientSpec, form: dict[str, str]) -> Grant:
    """A code works once, for its client, redirect address and verifier."""
    grant = cloud.state.codes.pop(form.get("code", ""), None)
    if grant is None or grant.client_id != client.client_id or grant.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("invalid_grant")
    if grant.expires_at is not None and grant.expires_at <= cloud.now():
        raise OAuthError("invalid_grant")
    if grant.challenge is not None and grant.challenge != _challenge(form.get("code_verifier", "")):
        raise OAuthError("invalid_grant")
    return grant


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _by_refresh(cloud: Cloud, client: ClientSpec, form: dict[str, str]) -> Grant:
    """A refresh token of this client; with rotation it works once."""
    text = form.get("refresh_token", "")
    grant = cloud.state.refresh_tokens.get(text)
    if grant is None or grant.client_id != client.client_id:
        raise OAuthError("invalid_grant")
    if cloud.options.rotate_refresh_tokens:
        del cloud.state.refresh_tokens[text]
    return grant


def _scope(client: ClientSpec, grant: str, text: str) -> list[str]:
    asked, allowed = text.split(), SCOPES[grant]
    if "refresh_token" not in client.grants:
        allowed = allowed - {"offline_access"}
    if not asked or not set(asked) <= allowed:
        raise OAuthError("invalid_scope")
    return asked


def _answer(cloud: Cloud, grant: Grant, issuer: str, form: dict[str, str]) -> dict[str, object]:
    access = _jwt(cloud, grant, issuer)
    expires_at = cloud.now() + timedelta(seconds=TOKEN_SECONDS)
    _forget_expired(cloud)
    cloud.state.access_tokens[access] = grant.model_copy(update={"expires_at": expires_at})
    body: dict[str, object] = {
        "access_token": access,
        "expires_in": TOKEN_SECONDS,
        "token_type": "Bearer",
        "scope": " ".join(grant.scope),
    }
    if "offline_access" in grant.scope:
        body["refresh_token"] = _refresh_token(cloud, grant, form)
    return body


def _forget_expired(cloud: Cloud) -> None:
    now = cloud.now()
    tokens = cloud.state.access_tokens
    expired = [text for text, grant in tokens.items() if grant.expires_at and grant.expires_at <= now]
    for text in expired:
        del tokens[text]


def _refresh_token(cloud: Cloud, grant: Grant, form: dict[str, str]) -> str:
    used = form.get("refresh_token", "")
    if used in cloud.state.refresh_tokens:
        return used
    text = cloud.chance.text().upper()
    cloud.state.refresh_tokens[text] = grant.model_copy(update={"expires_at": None})
    return text


def _jwt(cloud: Cloud, grant: Grant, issuer: str) -> str:
    """A token with the measured claims; its signature signs nothing."""
    now = int(cloud.now().timestamp())
    person = cloud.state.persons.get(cloud.state.logins.get(grant.username, ""))
    subject = person.subject if person else named_id("subject", grant.username)
    claims = {
        "iss": issuer,
        "aud": "user_api",
        "scope": grant.scope,
        "client_id": grant.client_id,
        "sub": subject,
        "amr": ["password"],
        "idp": "local",
        "iat": now,
        "nbf": now,
        "exp": now + TOKEN_SECONDS,
        "auth_time": now,
        "jti": cloud.chance.uuid(),
        "product_id": "ks",
        "tenant_id": named_id("tenant"),
        "identity_id": named_id("identity", subject),
        "skip_email": "false",
    }
    header = {"alg": "RS256", "typ": "at+jwt", "kid": "sandbox"}
    parts = [json.dumps(header), json.dumps(claims), cloud.chance.text()]
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def authorize(cloud: Cloud, request: Request) -> Response:
    """`GET /connect/authorize`: consents at once for the account in `login_hint`, or the only one."""
    query = request.query_params
    client, redirect = cloud.clients.get(query.get("client_id", "")), query.get("redirect_uri", "")
    if client is None or redirect not in client.redirect_uris:
        return JSONResponse({"error": "invalid_request"}, 400)
    try:
        answer = {"code": _code(cloud, client, dict(query)), "scope": query.get("scope", "")}
    except OAuthError as error:
        answer = {"error": error.error}
    if "state" in query:
        answer["state"] = query["state"]
    return RedirectResponse(f"{redirect}{'&' if '?' in redirect else '?'}{urlencode(answer)}", 302)


def _code(cloud: Cloud, client: ClientSpec, query: dict[str, str]) -> str:
    if query.get("response_type") != "code":
        raise OAuthError("unsupported_response_type")
    if "authorization_code" not in client.grants:
        raise OAuthError("unauthorized_client")
    challenge = query.get("code_challenge")
    if challenge is not None and query.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request")
    if challenge is None and client.client_secret is None:
        raise OAuthError("invalid_request")
    code = cloud.chance.text()
    cloud.state.codes[code] = Grant(
        client_id=client.client_id,
        username=_signed_in(cloud, query.get("login_hint")),
        scope=_scope(client, "authorization_code", query.get("scope", "")),
        expires_at=cloud.now() + timedelta(seconds=CODE_SECONDS),
        redirect_uri=query["redirect_uri"],
        challenge=challenge,
    )
    return code


def _signed_in(cloud: Cloud, hint: str | None) -> str:
    names = [hint] if hint else list(cloud.accounts)
    if len(names) != 1 or names[0] not in cloud.accounts:
        raise OAuthError("login_required")
    return names[0]


def discovery(request: Request) -> Response:
    """The OpenID Connect discovery document."""
    issuer = str(request.base_url).rstrip("/")
    return JSONResponse(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/connect/token",
            "authorization_endpoint": f"{issuer}/connect/authorize",
            "grant_types_supported": [
                "authorization_code",
                "client_credentials",
                "refresh_token",
                "password",
            ],
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", CONNECT, "offline_access"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )
