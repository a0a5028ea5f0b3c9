"""Entries and incidents: late, out of order, paged by a continuation token (salto-ks §2.4, §3.9)."""

from __future__ import annotations

import base64
import binascii
import csv
import heapq
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from starlette.responses import JSONResponse, Response

from saltoks.sandbox.clock import instant, instant_ms
from saltoks.sandbox.salto.call import Call, Json, Operation
from saltoks.sandbox.salto.cloud import RETENTION
from saltoks.sandbox.salto.errors import bad_request
from saltoks.sandbox.salto.odata import Fields, compile_filter, order_key, page_query
from saltoks.sandbox.salto.state import Event, Iq, Site

EVENTS: Fields[Event] = Fields(
    filters={"utc_date_time": lambda event: event.at},
    orders={"utc_date_time": lambda event: event.at, "local_date_time": lambda event: event.at},
)
Position = tuple[datetime, int]
EXPORT_FILTERS: Mapping[str, Callable[[Json], object]] = {
    "username": lambda row: f"{row['user_first_name'] or ''} {row['user_last_name'] or ''}".strip(),
    "lock_name": lambda row: row["lock_customer_reference"],
    "event_category": lambda row: row["event_category"],
    "event_detail": lambda row: row["event_detail"],
    "access_by": lambda row: row["access_by"],
    "access_detail": lambda row: row["access_detail"],
}

EXPORT_COLUMNS = {
    "Event Category": "event_category",
    "Event Detail": "event_detail",
    "Lock Name": "lock_customer_reference",
    "User First Name": "user_first_name",
    "User Last Name": "user_last_name",
    "Access By": "access_by",
    "Access Detail": "access_detail",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """How one request walks the events: its order, and the query its tokens belong to."""

    by_storage: bool
    descending: bool
    query: str

    def position(self, event: Event) -> Position:
        """Where an event stands in this walk."""
        at = event.stored_at if self.by_storage and event.stored_at else event.at
        return at, event.seq


def list_entries(call: Call) -> Response:
    """What happened at the doors, as far as the service has heard of it."""
    return _list(call, call.site.entries, entry_view)


def list_incidents(call: Call) -> Response:
    """Alarms and lost connections."""
    return _list(call, call.site.incidents, incident_view)


def _list(call: Call, events: list[Event], view: Callable[[Site, Event], Json]) -> Response:
    site, feed, limit = call.site, _feed(call.query), page_query(_top(call.query), _cap(call)).top
    after = _read_token(call.request.headers.get("CLP-Continuation-Token"), feed)
    rest = _next(_chosen(call, events), feed, after, limit + 1)
    page = rest[:limit]
    if len(rest) > len(page) and call.cloud.chance.happens(call.cloud.options.empty_page_share):
        page = []
    body: Json = {"items": [view(site, event) for event in page]}
    if len(rest) > len(page):
        body["continuation_token"] = _token(feed, feed.position(page[-1]) if page else after)
    return JSONResponse(body)


def _cap(call: Call) -> int:
    return call.cloud.options.page_size_max


def _top(query: Mapping[str, str]) -> dict[str, str]:
    """`$skip` has no effect on these lists (salto-ks §2.4)."""
    return {"$top": query["$top"]} if "$top" in query else {}


def _feed(query: Mapping[str, str]) -> Feed:
    order, text = query.get("$orderby"), json.dumps([query.get("$filter"), query.get("$orderby")])
    if order is None:
        return Feed(by_storage=True, descending=False, query=text)
    return Feed(by_storage=False, descending=order_key(order, EVENTS)[1], query=text)


def _chosen(call: Call, events: list[Event]) -> list[Event]:
    now = call.cloud.now()
    shown = [e for e in events if e.stored_at is not None and e.stored_at <= now < e.stored_at + RETENTION]
    text = call.query.get("$filter")
    if text is None:
        return shown
    test = compile_filter(text, EVENTS)
    return [event for event in shown if test(event)]


def _next(events: list[Event], feed: Feed, after: Position | None, limit: int) -> list[Event]:
    """The first events of a walk behind a position."""
    position = feed.position
    if feed.descending:
        rest = events if after is None else [event for event in events if position(event) < after]
        return heapq.nlargest(limit, rest, key=position)
    rest = events if after is None else [event for event in events if position(event) > after]
    return heapq.nsmallest(limit, rest, key=position)


def _token(feed: Feed, after: Position | None) -> str:
    """A JSON document as text, as the document store behind the real service gives it."""
    place = [after[0].isoformat(), after[1]] if after else None
    inner = base64.b64encode(json.dumps([place, feed.query]).encode()).decode()
    return json.dumps([{"token": f"+RID:~{inner}", "range": {"min": "", "max": "FF"}}])


def _read_token(text: str | None, feed: Feed) -> Position | None:
    """The place a token stands for; a changed text, or one of another query, is 400/1100."""
    if text is None:
        return None
    try:
        inner = json.loads(text)[0]["token"].removeprefix("+RID:~")
        place, query = json.loads(base64.b64decode(inner, validate=True))
        after = (datetime.fromisoformat(place[0]), int(place[1])) if place else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, binascii.Error) as error:
        raise bad_request("The continuation token is not valid.") from error
    if query != feed.query:
        raise bad_request("The continuation token belongs to another query.")
    return after


@lru_cache
def zone(name: str) -> ZoneInfo:
    """An IANA time zone."""
    return ZoneInfo(name)


def incident_view(site: Site, event: Event) -> Json:
    """What entries and incidents have in common; the local time is the IQ's."""
    lock = site.locks.get(event.lock_id or "")
    iq = site.iqs.get(lock.iq_id or "") if lock else None
    local = event.at.astimezone(zone(iq.time_zone if iq else site.time_zone))
    stored = event.stored_at or event.at
    return {
        "id": event.id,
        "event_category": event.event_category,
        "event_detail": event.event_detail,
        "utc_date_time": instant(event.at),
        "local_date_time": local.strftime("%Y-%m-%dT%H:%M:%S"),
        "lock_id": event.lock_id,
        "lock_mac_address": lock.mac if lock else None,
        "lock_customer_reference": lock.customer_reference if lock else None,
        **_iq_part(iq),
        "ttl_in_seconds": int(RETENTION.total_seconds()),
        "expiration_date_time": instant_ms(stored + RETENTION),
    }


def _iq_part(iq: Iq | None) -> Json:
    return {
        "iq_id": iq.id if iq else None,
        "iq_customer_reference": iq.customer_reference if iq else None,
        "iq_mac_address": iq.mac if iq else None,
        "iq_revision": "2.0" if iq else None,
    }


def entry_view(site: Site, event: Event) -> Json:
    """An entry; `user_id` is the platform id and may belong to nobody."""
    person: Json = {
        "user_id": event.user_id,
        "user_first_name": event.first_name,
        "user_last_name": event.last_name,
        "user_image_url": None,
        "user_alias": event.alias,
        "exit_requested": event.exit_requested,
        "access_by": event.access_by,
        "access_detail": event.access_detail,
    }
    return incident_view(site, event) | person


def export_entries(call: Call) -> Response:
    """Entries as semicolon-separated text, as the web app downloads them."""
    low, high = _day(call.query.get("from_date")), _day(call.query.get("to_date"))
    wanted = {name: call.query[name] for name in EXPORT_FILTERS if call.query.get(name)}
    events = [e for e in _chosen(call, call.site.entries) if low <= e.at <= high]
    rows = [entry_view(call.site, event) for event in sorted(events, key=lambda event: event.at)]
    kept = [row for row in rows if all(EXPORT_FILTERS[name](row) == text for name, text in wanted.items())]
    name = call.query.get("export_file_name", "entries").encode("ascii", "ignore").decode()
    safe = "".join(letter for letter in name if letter.isalnum() or letter in "-_. ")
    headers = {"Content-Disposition": f'attachment; filename="{safe}.csv"'}
    return Response(_csv(kept), media_type="text/csv", headers=headers)


def _day(text: str | None) -> datetime:
    if text is None:
        raise bad_request()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_request() from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _csv(rows: list[Json]) -> str:
    text = io.StringIO()
    sheet = csv.writer(text, delimiter=";")
    sheet.writerow(["Local Time", *EXPORT_COLUMNS])
    for row in rows:
        local = datetime.fromisoformat(str(row["local_date_time"]))
        values = [row[name] or "" for name in EXPORT_COLUMNS.values()]
        sheet.writerow([f"{local:%m/%d/%Y %H:%M:%S}", *values])
    return text.getvalue()


def entries_moved(_call: Call) -> Response:
    """Entries exist under v1.1 only; the newer version answers 405 (salto-ks §2.1)."""
    return Response(status_code=405, headers={"Allow": ""})


OPERATIONS = [
    Operation("GET", "/sites/{site_id}/entries", list_entries, ("v1.1",)),
    Operation("GET", "/sites/{site_id}/entries", entries_moved, ("v1.2",)),
    Operation("GET", "/sites/{site_id}/entries/export", export_entries, ("v1.1",)),
    Operation("GET", "/sites/{site_id}/incidents", list_incidents, ("v1.1",)),
]
