"""Makes the changes of a plan at Salto, so that a stop at any point loses nothing (design §5.5).

Before a write, what is asked for is on record as `sent`; after it, the group is read back and the records say what
is there. Whatever a stop leaves behind, the next run observes and plans again: a guest is found by our alias, a site
user by e-mail, a membership by its `sent` row.
"""

from __future__ import annotations

from saltoks.core.plan.batches import member_batches, slot_batches
from saltoks.core.plan.plan import ChangeKind
from saltoks.flows.apply.deprovision import DEPROVISIONING, UserDeprovisioner
from saltoks.flows.apply.empty_groups import delete_empty_groups
from saltoks.flows.apply.members import Members
from saltoks.flows.apply.site_marker import mark
from saltoks.flows.apply.step import ApplyContext
from saltoks.flows.apply.users import PROVISIONING, UserProvisioner
from saltoks.flows.apply.windows import Windows
from saltoks.flows.run.change_log import ChangeLog
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.settings import Site
from saltoks.warehouse.access.plans import StoredPlan
from saltoks.warehouse.src import source_rows


def apply_changes(rt: Runtime, site: Site, stored: StoredPlan, outcome: Outcome) -> None:
    """People first, then the members of each group, then our own groups; at last those who leave, and empty groups.

    An empty plan asks Salto nothing.

    Raises only what stops everything: the network, the sign-in, the warehouse.
    """
    change_log, due = ChangeLog(rt, stored, outcome), stored.plan.due
    change_log.state("applying")
    if due:
        _make(rt, site, stored, outcome, change_log)
    change_log.state("applied")


def _make(rt: Runtime, site: Site, stored: StoredPlan, outcome: Outcome, change_log: ChangeLog) -> None:
    due = stored.plan.due
    people = [change for change in due if change.kind in PROVISIONING]
    with rt.salto(site) as client:
        outcome.count_calls(client)
        site_id = rt.site_id(site, client)
        mark(rt, site, client, site_id, outcome)
        with rt.warehouse.session() as session:
            everybody = source_rows.possible_users(session, stored.source)
        context = ApplyContext(
            rt=rt, site=site, client=client, site_id=site_id, change_log=change_log, plan_id=stored.plan_id
        )
        UserProvisioner(context).provision(people, everybody)
        new = any(change.kind is ChangeKind.CREATE_PERSON for change in people)
        members = Members(context, settling=new)
        for batch in member_batches(due):
            members.change(batch)
        windows = Windows(context, members)
        for slot in slot_batches(due):
            windows.change(slot)
        leaving = [change for change in due if change.kind in DEPROVISIONING]
        UserDeprovisioner(context).deprovision(leaving)
        deletions = [change for change in due if change.kind is ChangeKind.DELETE_GROUP]
        delete_empty_groups(context, deletions)
