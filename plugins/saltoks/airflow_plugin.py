"""What this product adds to Airflow itself: pages of our own in its web interface, behind its sign-in.

Every process of Airflow imports this file, only the web server serves pages: what they need is imported at the first
request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import HTMLResponse

    from saltoks.flows.run.runtime import Runtime

PREFIX = "/saltoks"
VALIDATION = "/pages/validation"
MADE_BY = "nightly"
"""The DAG that makes the pages: whoever may view it may see them."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
"""No script, nothing from elsewhere, no frame but Airflow's own, nothing left behind in a cache."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Pages:
    """The pages as an ASGI application; it is put together when somebody first asks for one."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers a request."""
        app = await asyncio.to_thread(lambda: self._app)  # what it imports takes a while
        await app(scope, receive, send)

    @cached_property
    def _app(self) -> FastAPI:
        return _put_together()


def _put_together() -> FastAPI:
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from fastapi import Depends, FastAPI
    from fastapi.responses import HTMLResponse

    from saltoks.flows.pages import last_validation

    # Airflow asks nobody to sign in for a plugin's page unless the page does
    may_view = [Depends(requires_access_dag("GET", param_dag_id=MADE_BY))]
    app = FastAPI(title="saltoks", dependencies=may_view, docs_url=None, redoc_url=None, openapi_url=None)

    @app.get(VALIDATION, response_class=HTMLResponse)
    def validation() -> HTMLResponse:
        return _answer("Validation results", last_validation)

    @app.middleware("http")
    async def guard(request: Request, go_on: Callable[[Request], Awaitable[Any]]) -> Any:
        answer = await go_on(request)
        answer.headers.update(HEADERS)
        return answer

    return app


def _answer(title: str, page: Callable[[Runtime], str]) -> HTMLResponse:
    """A page, or one sentence about why there is none now."""
    from fastapi.responses import HTMLResponse

    from saltoks.core.errors import SaltoksError
    from saltoks.flows.run.runtime import runtime
    from saltoks.pages.notice import notice_page

    try:
        with runtime() as rt:
            return HTMLResponse(page(rt))
    except SaltoksError as error:
        said = f"This page cannot be shown now: {error.message}."
        return HTMLResponse(notice_page(title, [said]), status_code=503)


class SaltoKsPlugin(AirflowPlugin):
    """Pages under `/saltoks`, and their entries in Airflow's menu."""

    name = "saltoks"
    fastapi_apps = [{"app": Pages(), "url_prefix": PREFIX, "name": "saltoks"}]  # noqa: RUF012 - Airflow's declaration
    external_views = [  # noqa: RUF012 - Airflow's declaration
        {
            "name": "Doors: validation",
            "href": f"{PREFIX}{VALIDATION}",
            "destination": "nav",
            "url_route": "saltoks-validation",
        }
    ]
