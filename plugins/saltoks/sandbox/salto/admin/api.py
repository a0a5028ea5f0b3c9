"""The admin endpoints under `/_sandbox`: no sign-in, as the sandbox listens on loopback only."""

from __future__ import annotations

from starlette.routing import Route

from saltoks.sandbox.admin import asked, ordered
from saltoks.sandbox.limiter import Limiter
from saltoks.sandbox.salto.admin import orders
from saltoks.sandbox.salto.admin.desk import AdminDesk
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.faults import Front


def admin_routes(cloud: Cloud, front: Front, limiter: Limiter) -> list[Route]:
    """The routes of the admin endpoints."""
    desk = AdminDesk(cloud, front, limiter)
    return [
        asked("GET", "/clock", desk.clock),
        asked("DELETE", "/clock", desk.real_clock),
        asked("GET", "/calls", desk.calls),
        asked("DELETE", "/calls", desk.forget_calls),
        asked("GET", "/count", desk.count),
        asked("GET", "/refused", desk.refused),
        asked("GET", "/held", desk.held),
        asked("GET", "/world", desk.world),
        asked("GET", "/mailbox", desk.mailbox),
        ordered("PUT", "/clock", orders.ClockOrder, desk.set_clock),
        ordered("POST", "/clock/advance", orders.AdvanceOrder, desk.advance),
        ordered("PUT", "/faults", orders.FaultsOrder, desk.faults),
        ordered("PATCH", "/options", orders.OptionsOrder, desk.options),
        ordered("POST", "/attempt", orders.AttemptOrder, desk.attempt),
        ordered("POST", "/openings", orders.OpeningsOrder, desk.openings),
        ordered("PATCH", "/sites", orders.SiteOrder, desk.set_site),
        ordered("PATCH", "/locks", orders.LockOrder, desk.set_lock),
        ordered("PATCH", "/iqs", orders.IqOrder, desk.set_iq),
        ordered("POST", "/app", orders.AppOrder, desk.sign_in_to_app),
        ordered("DELETE", "/activations", orders.AppOrder, desk.reset_activation),
        ordered("PATCH", "/users", orders.UserOrder, desk.set_user),
        ordered("POST", "/users/remove", orders.RemoveOrder, desk.remove_user),
        ordered("PATCH", "/members", orders.MembersOrder, desk.set_members),
        ordered("POST", "/revoke", orders.RevokeOrder, desk.revoke),
        ordered("POST", "/entries", orders.EntryOrder, desk.add_entry),
        ordered("POST", "/incidents", orders.IncidentOrder, desk.add_incident),
    ]
