"""One authenticated request, and the operations a resource module offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import ApiError, bad_request, forbidden, not_found
from saltoks.sandbox.salto.odata import Fields, page_query, select
from saltoks.sandbox.salto.state import Group, Iq, Lock, Person, Site, SiteUser

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Json = dict[str, object]
BOTH = ("v1.1", "v1.2")
ADMIN_ROLES = {"site_admin"}


class Body(BaseModel):
    """Base of request bodies: unknown properties are ignored, as the service does."""


@dataclass(slots=True)
class Call:
    """What a handler needs: the cloud, who calls, the request and its body."""

    cloud: Cloud
    request: Request
    person: Person
    body: bytes

    @property
    def query(self) -> Mapping[str, str]:
        """Query parameters by name."""
        return self.request.query_params

    def id(self, name: str) -> str:
        """A UUID of the path in canonical form; anything else is 400/1100."""
        return canonical(self.request.path_params[name])

    def read(self, model: type[M]) -> M:
        """The JSON body as a model; 415 for another media type, 400/1100 when it does not fit."""
        kind = self.request.headers.get("content-type", "").split(";")[0].strip().lower()
        if self.body and kind != "application/json":
            raise ApiError(415, 1100, "The media type is not supported.")
        try:
            return model.model_validate(json.loads(self.body or b"{}"))
        except (ValidationError, ValueError) as error:
            raise bad_request() from error

    @property
    def site(self) -> Site:
        """The site of the path: 400 for a site_uid, 404 unknown, 403 when the caller is no user of it."""
        site = self.cloud.state.sites.get(self.id("site_id"))
        if site is None:
            raise not_found("Site")
        if site.user_of(self.person.id) is None:
            raise forbidden()
        return site

    @property
    def user(self) -> SiteUser:
        """The site user of the path; a platform user id is unknown here."""
        return _found(self.site.users, self.id("site_user_id"), "User")

    @property
    def group(self) -> Group:
        """The access group of the path."""
        return _found(self.site.groups, self.id("access_group_id"), "Access group")

    @property
    def lock(self) -> Lock:
        """The lock of the path."""
        return _found(self.site.locks, self.id("lock_id"), "Lock")

    @property
    def iq(self) -> Iq:
        """The IQ of the path."""
        return _found(self.site.iqs, self.id("iq_id"), "Iq")

    def page(self, items: Iterable[T], fields: Fields[T], view: Callable[[T], Json]) -> Response:
        """The list envelope with one page of the selected items (salto-ks §2.4), or the page alone (salto-ks §8.28)."""
        body = self.envelope(items, fields, view)
        return JSONResponse(body["items"] if self.cloud.options.lists_as_array else body)

    def envelope(self, items: Iterable[T], fields: Fields[T], view: Callable[[T], Json]) -> Json:
        """The body of a list answer."""
        page = page_query(self.query, self.cloud.options.page_size_max)
        chosen = select(items, self.query, fields)
        end = page.skip + page.top
        return {
            "items": [view(item) for item in chosen[page.skip : end]],
            "next_page_link": self._link(end) if end < len(chosen) else None,
            "count": len(chosen) if page.counted else None,
        }

    def _link(self, skip: int) -> str:
        query = dict(self.query) | {"$skip": str(skip)}
        return f"{self.request.url.replace(query='')}".rstrip("?") + "?" + urlencode(query, safe="$'/")


Handler = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the Connect API below its version prefix.

    `admin` operations need an administrator's role on the site; `writes` need a valid, released site.
    """

    method: str
    path: str
    handler: Handler
    versions: tuple[str, ...] = BOTH
    admin: bool = True

    @property
    def writes(self) -> bool:
        """Whether the operation changes something."""
        return self.method != "GET"


def check_rights(call: Call, operation: Operation) -> None:
    """Refuse what the caller's role or the site's subscription does not allow."""
    if "{site_id}" not in operation.path:
        return
    site = call.site
    caller = site.user_of(call.person.id)
    if operation.admin and not (caller and ADMIN_ROLES & set(caller.roles)):
        raise forbidden()
    if operation.writes and not site.subscription_valid:
        raise ApiError(403, 2212, "The site has no valid subscription")
    if operation.writes and site.installation_state == "installation":
        raise ApiError(400, 2210, "The site is not released yet")


def canonical(text: str) -> str:
    """A UUID text in lower case with dashes; 400/1100 for anything else."""
    try:
        return str(UUID(text))
    except ValueError as error:
        raise bad_request() from error


def no_content() -> Response:
    """204 without a body."""
    return Response(status_code=204)


def _found(items: Mapping[str, T], identity: str, what: str) -> T:
    if identity not in items:
        raise not_found(what)
    return items[identity]
