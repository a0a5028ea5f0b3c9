"""What a door does when somebody tries it (salto-ks §3.3, §3.5, §4, §5, §7).

A lock opens when it and its IQ are online, the person is subscribed, not blocked and, for a PIN, has
`use_pin`, and a group of the person holds the lock and has a schedule that covers the lock's local time.

Nobody opens with what they cannot have: the app (`mkey`) is for whoever has an e-mail to be invited by, a tag or a PIN
for whoever was given one. Without it nothing reaches the door, so it writes no entry.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.sandbox.salto.api.entries import zone
from saltoks.sandbox.salto.api.schedules import DAYS
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.state import Event, Group, Iq, Key, Lock, Rights, Schedule, Site, SiteUser
from saltoks.sandbox.salto.world import Options

UNKNOWN_PIN_USER = "ee8f17b4-701b-4aa6-9f1c-22f71cc61ca6"
KEYPADS = {"escutcheon_pin", "wall_reader_pin"}
ACCESS_BY = {"pin": "pin_code"}


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody at a door: a person by platform id and means, a PIN, a tag, or the handle inside."""

    user_id: str | None = None
    by: str = "mkey"
    pin: str | None = None
    tag: str | None = None
    exit: bool = False

    @property
    def means(self) -> str:
        """`mkey`, `tag`, `pin` or `handle`."""
        if self.exit:
            return "handle"
        return "pin" if self.pin is not None else "tag" if self.tag is not None else self.by


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the door opened, the entry's detail and user, and why in one word."""

    opened: bool
    reason: str
    detail: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a verdict depends on."""

    site: Site
    lock: Lock
    iq: Iq | None
    rights: Rights
    options: Options
    attempt: Try
    at: datetime

    @property
    def iq_online(self) -> bool:
        """Whether the IQ, if the lock has one, has its link to the cloud."""
        return self.iq is None or self.iq.online

    @property
    def local(self) -> datetime:
        """The wall clock at the door, which is the IQ's."""
        name = self.iq.time_zone if self.iq else self.site.time_zone
        return self.at.astimezone(zone(name)).replace(tzinfo=None, microsecond=0)


def open_for(cloud: Cloud, site: Site, lock: Lock, at: datetime) -> set[str]:
    """Everybody, by platform id, whom a lock would let in at an instant, whatever they hold, without any effect."""
    scene = _scene(cloud, site, lock, Try(), at)
    if not lock.online or not (scene.iq_online or cloud.options.rights_survive_iq_outage):
        users = scene.rights.users.values()
        return {one.person_id for one in users if decide(replace(scene, attempt=Try(one.person_id))).opened}
    local = scene.local
    groups = [one for one in _holding(scene) if any(covers(item, local) for item in in_force(one, at))]
    inside = {person for group in groups for person in (*group.members, *group.leaving) if _knows(group, person, at)}
    members = (one for one in scene.rights.users.values() if one.person_id in inside)
    return {one.person_id for one in members if not _refusal(scene, one)}


def attempt(cloud: Cloud, site: Site, lock: Lock, what: Try, at: datetime) -> tuple[Verdict, Event | None]:
    """Let somebody try a door at an instant; writes the entry and returns it with the verdict, if there was a key."""
    if not _holds(cloud, site, what):
        return Verdict(opened=False, reason=f"no_{what.means}", person_id=what.user_id), None
    verdict = decide(_scene(cloud, site, lock, what, at))
    return verdict, _write(cloud, site, lock, what, at, verdict)


def _holds(cloud: Cloud, site: Site, what: Try) -> bool:
    """Whether a user who is named can have what they come with; strangers come with what is not this site's."""
    user = site.user_of(what.user_id or "")
    if user is None or what.exit or what.pin is not None or what.tag is not None:
        return True
    return bool(cloud.person_of(user).email) if what.by == "mkey" else bool(_keys(user, what.by))


def _scene(cloud: Cloud, site: Site, lock: Lock, what: Try, at: datetime) -> Scene:
    iq = site.iqs.get(lock.iq_id or "")
    live = Rights.model_construct(groups=site.groups, users=site.users)
    local = cloud.options.rights_survive_iq_outage and iq is not None and not iq.online
    rights = site.rights_at_outage.get(lock.iq_id or "", live) if local else live
    return Scene(site, lock, iq, rights, cloud.options, what, at)


def opened_remotely(cloud: Cloud, site: Site, lock: Lock, person_id: str) -> None:
    """Write the entry of a remote opening; a refused one leaves none (salto-ks §3.6)."""
    granted = Verdict(opened=True, reason="remote", person_id=person_id)
    _write(cloud, site, lock, Try(user_id=person_id, by="remote"), cloud.now(), granted)


def decide(scene: Scene) -> Verdict:
    """The verdict, without any effect."""
    if scene.attempt.exit:
        return Verdict(opened=True, reason="exit")
    user = _who(scene)
    if not scene.lock.online or not (scene.iq_online or scene.options.rights_survive_iq_outage):
        return _offline(scene, user)
    if user is None:
        return _stranger(scene)
    return _refusal(scene, user) or _granted(scene, user)


def _who(scene: Scene) -> SiteUser | None:
    what, users = scene.attempt, scene.rights.users.values()
    if what.pin is not None:
        return next((u for u in users if u.pin == what.pin and _keypad(scene)), None)
    if what.tag is not None:
        return next((u for u in users if any(k.key_identifier == what.tag for k in _keys(u, "tag"))), None)
    user = next((u for u in users if u.person_id == what.user_id), None)
    if user is not None and what.by == "pin" and not (user.pin and _keypad(scene)):
        return None
    return user


def _keypad(scene: Scene) -> bool:
    return scene.site.pin_enabled and scene.lock.lock_type in KEYPADS


def _keys(user: SiteUser, kind: str) -> list[Key]:
    return [key for key in user.keys if key.type == kind]


def _stranger(scene: Scene) -> Verdict:
    """Unknown PINs carry one constant id that belongs to nobody, unknown tags none (salto-ks §4)."""
    if scene.attempt.means == "pin":
        return Verdict(opened=False, reason="unknown_pin", detail="no_access", person_id=UNKNOWN_PIN_USER)
    if scene.attempt.means == "tag":
        return Verdict(opened=False, reason="unknown_tag", detail="no_access")
    return Verdict(opened=False, reason="unknown_user", detail="no_access", person_id=scene.attempt.user_id)


def _offline(scene: Scene, user: SiteUser | None) -> Verdict:
    """Offline, only a key with offline access opens, and it ignores schedules (salto-ks §5)."""
    reason = "lock_offline" if not scene.lock.online else "iq_offline"
    person_id = user.person_id if user else None
    refused = Verdict(opened=False, reason=reason, detail="offline", person_id=person_id)
    if user is None or scene.lock.online or _refusal(scene, user):
        return refused
    keys = [key for key in _keys(user, scene.attempt.means) if key.offline_access and key.type != "pin"]
    if keys and _groups(scene, user):
        return Verdict(opened=True, reason="offline_access", person_id=person_id)
    return refused


def _refusal(scene: Scene, user: SiteUser) -> Verdict | None:
    """Refusals of a known person, whatever the groups say."""
    keys = _keys(user, scene.attempt.means)
    closes = scene.options.guest_expiry_closes and user.expires_at is not None
    checks: list[tuple[bool, str, str | None]] = [
        (user.subscription_state == "suspended", "suspended", "suspended"),
        (user.blocked, "blocked", None),
        (scene.attempt.means == "pin" and not user.use_pin, "pin_off", None),
        (any(key.blocked for key in keys), "key_blocked", None),
        (any(key.expiry_date and key.expiry_date <= scene.at for key in keys), "key_expired", None),
        (bool(closes and user.expires_at and user.expires_at <= scene.at), "expired", None),
    ]
    for fails, reason, detail in checks:
        if fails:
            return Verdict(opened=False, reason=reason, detail=detail, person_id=user.person_id)
    return None


def _granted(scene: Scene, user: SiteUser) -> Verdict:
    """The groups' part: a PIN without a group and schedule is simply unknown to the lock (salto-ks §3.3)."""
    groups = _groups(scene, user)
    if not groups:
        late = any(user.person_id in group.members for group in _holding(scene))
        return _unknown_here(scene, user, "not_synced" if late else "not_member")
    schedules = [item for group in groups for item in in_force(group, scene.at)]
    if not schedules:
        late = any(group.schedules for group in groups)
        return _unknown_here(scene, user, "not_synced" if late else "no_schedule")
    if any(covers(schedule, scene.local) for schedule in schedules):
        return Verdict(opened=True, reason="granted", person_id=user.person_id)
    return Verdict(opened=False, reason="outside_schedule", person_id=user.person_id)


def _unknown_here(scene: Scene, user: SiteUser, reason: str) -> Verdict:
    known = Verdict(opened=False, reason=reason, detail="no_access", person_id=user.person_id)
    return replace(known, person_id=UNKNOWN_PIN_USER) if scene.attempt.means == "pin" else known


def _holding(scene: Scene) -> Iterable[Group]:
    return (group for group in scene.rights.groups.values() if scene.lock.id in group.lock_ids)


def _groups(scene: Scene, user: SiteUser) -> list[Group]:
    """The person's groups with this lock, as far as the door has heard."""
    return [group for group in _holding(scene) if _knows(group, user.person_id, scene.at)]


def _knows(group: Group, person_id: str, at: datetime) -> bool:
    since, until = group.members.get(person_id), group.leaving.get(person_id)
    return (since is not None and since <= at) or (until is not None and at < until)


def in_force(group: Group, at: datetime) -> list[Schedule]:
    """The schedules the door knows at an instant."""
    known = [*group.schedules, *group.old_schedules]
    return [item for item in known if item.since <= at and (item.until is None or at < item.until)]


def covers(schedule: Schedule, local: datetime) -> bool:
    """Whether a wall-clock time lies in date range, ticked day and daily hours; an end date is exclusive."""
    if DAYS[local.weekday()] not in schedule.days:
        return False
    if not schedule.start_time <= local.time().isoformat() <= schedule.end_time:
        return False
    text = local.isoformat()
    starts = schedule.start_date is None or schedule.start_date <= text
    return starts and (schedule.end_date is None or text < schedule.end_date)


def _write(cloud: Cloud, site: Site, lock: Lock, what: Try, at: datetime, verdict: Verdict) -> Event:
    person = cloud.state.persons.get(verdict.person_id or "")
    user = site.user_of(person.id) if person else None
    tag = what.tag or (person.tag_number if person else None)
    event = Event(
        seq=cloud.next_event(),
        id=cloud.chance.uuid(),
        event_category="lock_opened" if verdict.opened else "lock_rejected",
        event_detail=verdict.detail,
        at=at,
        stored_at=None,
        lock_id=lock.id,
        user_id=verdict.person_id,
        first_name=person.first_name if person else None,
        last_name=person.last_name if person else None,
        alias=user.alias if user else None,
        access_by="inside_handle" if what.exit else ACCESS_BY.get(what.means, what.means),
        access_detail=(tag or "") if what.means == "tag" else "",
        exit_requested=what.exit,
    )
    if not cloud.held_back(site, event):
        event.stored_at = cloud.store_after_lag(max(at, cloud.now()))
    site.entries.append(event)
    return event
