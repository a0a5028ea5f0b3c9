"""The Connect API's error answers (salto-ks §2.5)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response


class ApiError(Exception):
    """An answer with the error envelope; `code` is the vendor's error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> Response:
        """The envelope as an HTTP answer; the code travels as text."""
        return JSONResponse({"ErrorCode": str(self.code), "Message": self.message}, self.status)


def bad_request(message: str = "The request is invalid.") -> ApiError:
    """400/1100: the request as a whole is malformed."""
    return ApiError(400, 1100, message)


def bad_value(message: str) -> ApiError:
    """400/1101: one value is not acceptable."""
    return ApiError(400, 1101, message)


def bad_odata(message: str = "The OData query is invalid.") -> ApiError:
    """400/1102: a query option cannot be understood."""
    return ApiError(400, 1102, message)


def not_found(what: str) -> ApiError:
    """404/2202: nothing is known under this id."""
    return ApiError(404, 2202, f"{what} not found")


def forbidden(message: str = "Operation not permitted for this user") -> ApiError:
    """403/2203: the caller, or the object's state, does not allow it."""
    return ApiError(403, 2203, message)


def unauthorized(*, token_sent: bool) -> Response:
    """401 with an empty body, as measured (salto-ks §1.2)."""
    challenge = 'Bearer error="invalid_token"' if token_sent else "Bearer"
    return Response(status_code=401, headers={"WWW-Authenticate": challenge})


def problem(status: int, title: str, trace: str) -> Response:
    """An RFC 7807 answer: the `/v2` family and the framework itself use it."""
    body = {"type": "about:blank", "title": title, "status": status, "traceId": trace}
    return JSONResponse(body, status, media_type="application/problem+json")


def plain_status(status: int, *, retry_after: float | None = None) -> Response:
    """An answer of this status as the gateway gives it: with an envelope where one is documented."""
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    if status == 401:
        return unauthorized(token_sent=True)
    if status in ENVELOPES:
        code, message = ENVELOPES[status]
        return JSONResponse({"ErrorCode": str(code), "Message": message}, status, headers)
    return Response(status_code=status, headers=headers)


ENVELOPES = {
    400: (1100, "The request is invalid."),
    403: (2203, "Operation not permitted for this user"),
    404: (2202, "Not found"),
    500: (2201, "Internal error"),
}
