"""Questions about sites, the account itself, the subscription and the roles (salto-ks §3.1)."""

from __future__ import annotations

from saltoks.salto.api import SITE, Api
from saltoks.salto.models import ManagedSite, Me, Role, Site, SiteUser, Subscription


class SiteCalls(Api):
    """What an account may see of its sites."""

    def sites(self) -> list[Site]:
        """Sites this account may see."""
        return self._list(Site, "/v1.2/sites", "list the sites")

    def site(self, site_id: str) -> ManagedSite:
        """One site with seats allowed and seats in use."""
        return self._one(ManagedSite, SITE, "read the site", site_id=site_id)

    def me(self) -> Me:
        """The user this account acts as."""
        return self._one(Me, "/v1.2/me", "read the own profile")

    def site_me(self, site_id: str) -> SiteUser:
        """The user this account acts as, as a member of the site."""
        return self._one(SiteUser, SITE + "/me", "read the own membership of the site", site_id=site_id)

    def subscription(self, site_id: str) -> Subscription:
        """What the site has paid for."""
        route = SITE + "/subscription"
        return self._one(Subscription, route, "read the subscription of the site", site_id=site_id)

    def roles(self, site_id: str) -> list[Role]:
        """Roles this account may hand out."""
        return self._list(Role, SITE + "/roles", "list the roles of the site", site_id=site_id)
