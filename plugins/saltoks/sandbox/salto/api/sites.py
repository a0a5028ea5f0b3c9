"""Sites, subscription, the caller's own profile and roles (salto-ks §3.1)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from saltoks.sandbox.clock import instant
from saltoks.sandbox.salto.api.people import person_view, role_view, user_view
from saltoks.sandbox.salto.call import BOTH, Call, Json, Operation
from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Activation, Role, Site

SITES: Fields[Site] = Fields(
    filters={"site_uid": lambda site: site.site_uid},
    orders={"site_uid": lambda site: site.site_uid, "customer_reference": lambda site: site.customer_reference},
)
ROLES: Fields[Role] = Fields(filters={}, orders={"customer_reference": lambda role: role.customer_reference})
ACTIVATIONS: Fields[Activation] = Fields(filters={}, orders={"iq_id": lambda item: item.iq_id})


def list_sites(call: Call) -> Response:
    """The sites the caller is a user of; as a bare array when the world says so (salto-ks §8.2)."""
    sites = [site for site in call.cloud.state.sites.values() if site.user_of(call.person.id)]
    body = call.envelope(sites, SITES, lambda site: _site(call, site))
    options = call.cloud.options
    return JSONResponse(body["items"] if options.sites_as_array or options.lists_as_array else body)


def get_site(call: Call) -> Response:
    """One site with its seats in use."""
    site = call.site
    managed = {
        "active_user_amount": site.seats_used,
        "active_iq_amount": len(site.iqs),
        "pin_enabled": site.pin_enabled,
        "store_events_ttl": "90.00:00:00",
    }
    return JSONResponse(_site(call, site) | managed)


def _site(call: Call, site: Site) -> Json:
    owner = call.cloud.state.persons.get(site.owner_id or "")
    return {
        "id": site.id,
        "customer_reference": site.customer_reference,
        "site_uid": site.site_uid,
        "subscribed_user_amount": site.seats,
        "subscription_valid": site.subscription_valid,
        "country_code": site.country_code,
        "time_zone": site.time_zone,
        "owner": person_view(owner, site) if owner else None,
        "installation_state": site.installation_state,
        "mkey_compatible": True,
    }


def get_subscription(call: Call) -> Response:
    """The site's subscription with its features."""
    site = call.site
    features = [{"id": named_id("feature", code), "code": code} for code in site.features]
    return JSONResponse(
        {
            "end_date": instant(site.subscription_ends) if site.subscription_ends else None,
            "user_amount": site.seats,
            "iq_amount": None,
            "voucher_label": None,
            "voucher_code": None,
            "is_valid": site.subscription_valid,
            "type": "default",
            "features": features,
        }
    )


def get_me(call: Call) -> Response:
    """The caller's platform profile."""
    person = call.person
    return JSONResponse(
        {
            "id": person.id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "phone": None,
            "email": person.email,
            "language": "en",
            "tag_number": person.tag_number,
            "tag_rf_id_uid": None,
            "image_url": None,
        }
    )


def get_site_me(call: Call) -> Response:
    """The caller as a user of the site."""
    site = call.site
    user = site.user_of(call.person.id)
    assert user is not None, "call.site refuses callers who are no users"  # noqa: S101 (narrows the type)
    pods: Json = {"ownership_state": user.ownership_state, "member_of_pods": [], "guest_of_pods": []}
    return JSONResponse(user_view(call.cloud, site, user) | pods)


def list_roles(call: Call) -> Response:
    """The roles the caller may hand out."""
    return call.page(call.site.roles.values(), ROLES, role_view)


def list_my_activations(call: Call) -> Response:
    """The IQs of the site which the caller has, or has begun to, activate."""
    own = [item for item in call.site.activations if item.person_id == call.person.id]
    return call.page(own, ACTIVATIONS, _activation)


def _activation(item: Activation) -> Json:
    date = instant(item.activation_date) if item.activation_date else None
    return {"iq_id": item.iq_id, "activation_date": date, "activated": item.activated}


OPERATIONS = [
    Operation("GET", "/sites", list_sites),
    Operation("GET", "/sites/{site_id}", get_site, admin=False),
    Operation("GET", "/sites/{site_id}/subscription", get_subscription),
    Operation("GET", "/me", get_me),
    Operation("GET", "/sites/{site_id}/me", get_site_me, admin=False),
    Operation("GET", "/sites/{site_id}/roles", list_roles),
    Operation("GET", "/me/{site_id}/activated_iqs", list_my_activations, BOTH, admin=False),
]
