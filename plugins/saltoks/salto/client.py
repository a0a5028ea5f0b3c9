"""What can be asked of Salto KS: one method a question, each answering with a whole, parsed answer.

Every method raises errors of `core.errors` only. Site ids are UUIDs. A site user has two ids: methods on
`users` take `SiteUser.id`, methods on groups take the platform id `SiteUser.user.id` (salto-ks §3.2).
"""

from __future__ import annotations

from saltoks.salto.device_calls import DeviceCalls
from saltoks.salto.group_calls import GroupCalls
from saltoks.salto.people_calls import PeopleCalls
from saltoks.salto.site_calls import SiteCalls


class SaltoKs(SiteCalls, PeopleCalls, GroupCalls, DeviceCalls):
    """One account's view of Salto KS."""
