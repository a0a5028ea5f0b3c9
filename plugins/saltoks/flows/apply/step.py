"""What every part of applying a plan has at hand."""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.flows.run.change_log import ChangeLog
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyContext:
    """One plan on its way to Salto KS: to which site, through which client, and where its changes are noted.

    `site_id` is the site's UUID.
    """

    rt: Runtime
    site: Site
    client: SaltoKs
    site_id: str
    change_log: ChangeLog
    plan_id: str


class ApplyStep:
    """One part of applying a plan."""

    def __init__(self, context: ApplyContext) -> None:
        self._rt = context.rt
        self._site = context.site
        self._client = context.client
        self._site_id = context.site_id
        self._change_log = context.change_log
        self._plan_id = context.plan_id
