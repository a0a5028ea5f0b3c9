"""What opening from afar needs: an activated IQ, whose secret is kept sealed and looked after (T17, T18).

Salto shows the secret of an IQ once. Whoever signs the account in to the phone app makes another one, and nothing says
so: every night asks, with a code that has no other effect. Nothing brings a lost secret back either: so it is sealed
before anything else is done, and can be kept a second time, outside of the warehouse, as it is: sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from pydantic import BaseModel, TypeAdapter, ValidationError

from saltoks.core.errors import FixInput, NotPermitted, SaltoksError
from saltoks.flows.iq.one_time_codes import OneTimeCodes, iq_keys, is_wrong, recovery_advice
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import Iq
from saltoks.settings import Site
from saltoks.warehouse.device import one_time_codes
from saltoks.warehouse.device.one_time_codes import CodeRequest, IqKey


class KeyCopy(BaseModel):
    """One sealed key of a backup; `secret` and `pin` open with the Fernet key only."""

    site: str
    iq_id: str
    iq_name: str
    account: str
    secret: str
    pin: str | None


_COPIES = TypeAdapter(list[KeyCopy])


def begin(rt: Runtime, site: Site, iq: str | None) -> str:
    """Asks for the secret of an IQ, seals it, and lets Salto mail the IQ PIN; gives the name of the IQ.

    Can be repeated until the activation is confirmed: a secret that is kept already is not needed twice.
    """
    rt.may_write(site)
    one_time_codes = OneTimeCodes.of(rt, site)
    with rt.salto(site) as client:
        site_id = rt.site_id(site, client)
        chosen = _one(client.iqs(site_id), iq)
        name = chosen.customer_reference or chosen.id
        begun = any(one.iq_id == chosen.id and one.pin is None for one in iq_keys(rt, site))
        secret = _secret(client, site_id, chosen, site, begun=begun)
        if secret is not None:
            key = IqKey(
                iq_id=chosen.id,
                account=one_time_codes.account,
                iq_name=name,
                secret=one_time_codes.seal.close(secret),
                pin=None,
                kept_at=rt.clock.now(),
            )
            one_time_codes.keep(key)
        _mail(client, site_id, chosen, site)
    return name


def confirm(rt: Runtime, site: Site, iq: str | None, pin: str, *, by: str) -> str:
    """Ends an activation with the IQ PIN of the mail; gives the IQ's name. Raises `FixInput` when none is begun."""
    author = attributed(by, "activation")
    rt.may_write(site)
    one_time_codes = OneTimeCodes.of(rt, site)
    begun = [one for one in iq_keys(rt, site) if one.pin is None and iq in (None, one.iq_name, one.iq_id)]
    if len(begun) != 1:
        names = ", ".join(f"“{one.iq_name}”" for one in begun) or "none"
        raise FixInput(f"activations of this account that wait for a PIN at {site.name}: {names} — name one with --iq")
    key = replace(begun[0], pin=one_time_codes.seal.close(pin.strip()))
    with rt.salto(site) as client:
        site_id = rt.site_id(site, client)
        asked = CodeRequest(purpose="activate", author=author.by, reason=author.because)
        one_time_codes.send(key, asked, partial(client.check_code, site_id, key.iq_id))
    one_time_codes.keep(replace(key, kept_at=rt.clock.now()))
    return key.iq_name


def verify(rt: Runtime, site: Site, run_id: str, *, by: str) -> Outcome:
    """Asks Salto for each activated IQ whether our codes are still right (T17), one code each.

    Costs nothing where nothing is activated. A secret that is another by now is a failure, with what to do.
    """
    with step(rt, run_id, "codes", site) as outcome:
        activated = [one for one in iq_keys(rt, site) if one.pin]
        if activated:
            rt.may_write(site)
            with rt.salto(site) as client:
                outcome.count_calls(client)
                outcome.failures += _wrong_codes(OneTimeCodes.of(rt, site), client, activated, by)
        outcome.counts["iqs"] = len(activated)
    return outcome


def _wrong_codes(one_time_codes: OneTimeCodes, client: SaltoKs, keys: Iterable[IqKey], by: str) -> list[str]:
    site_id, problems = one_time_codes.rt.site_id(one_time_codes.site, client), []
    asked = CodeRequest(purpose="check", author=by, reason="are the codes still right")
    for key in keys:
        try:
            one_time_codes.send(key, asked, partial(client.check_code, site_id, key.iq_id))
        except SaltoksError as error:
            wrong = f"doors behind the IQ “{key.iq_name}” open from afar no more (T17): its secret or PIN is another"
            problems.append(f"{wrong} — {recovery_advice(one_time_codes.site)}" if is_wrong(error) else error.message)
    return problems


def backup(rt: Runtime, sites: Sequence[Site]) -> str:
    """The sealed keys of all IQs as text (T18): it opens with the Fernet key, which belongs somewhere else."""
    copies: list[KeyCopy] = []
    with rt.warehouse.session() as session:
        for site in sites:
            copies += [_copy(site, one) for one in one_time_codes.keys(session, site.name)]
    return _COPIES.dump_json(copies, indent=2).decode() + "\n"


def restore(rt: Runtime, text: str) -> list[str]:
    """Takes keys back from a backup; gives the names of the IQs.

    Raises `FixInput` for a text that is none, or that the Fernet key does not open: nothing is taken back then.
    """
    try:
        copies = _COPIES.validate_json(text)
    except ValidationError as error:
        raise FixInput("that is no backup of `saltoks iq backup`: name another file") from error
    seal = rt.seal("secret of an IQ")
    for one in copies:
        seal.open(one.secret.encode())
    with rt.warehouse.session() as session:
        for one in copies:
            one_time_codes.save_key(session, one.site, _from_copy(one, rt))
    return [one.iq_name for one in copies]


def _secret(client: SaltoKs, site_id: str, iq: Iq, site: Site, *, begun: bool) -> str | None:
    """The secret; None where Salto shows it no more, and it was kept when the activation was begun."""
    try:
        return client.first_secret(site_id, iq.id)
    except NotPermitted as error:
        if begun:
            return None
        text = f"the IQ “{iq.customer_reference}” is activated for this account already, and shows its secret no more"
        raise FixInput(f"{text} (T18): `saltoks iq restore` from a backup, or {recovery_advice(site)}") from error


def _mail(client: SaltoKs, site_id: str, iq: Iq, site: Site) -> None:
    """Has the PIN mailed; when that fails, the error says that it can be repeated."""
    try:
        client.mail_iq_pin(site_id, iq.id)
    except SaltoksError as error:
        again = (
            f"the secret of the IQ is kept, so `saltoks iq activate --site {site.name}` can be run again for the mail"
        )
        error.message = f"{error.message.removesuffix('.')} — {again}"
        error.args = (error.message,)
        raise


def _one(iqs: Sequence[Iq], name: str | None) -> Iq:
    matching = [one for one in iqs if name in (None, one.customer_reference, one.id)]
    if len(matching) != 1:
        names = ", ".join(sorted(one.customer_reference or one.id for one in iqs)) or "none"
        raise FixInput(f"the site has these IQs: {names} — name one with --iq")
    return matching[0]


def _copy(site: Site, key: IqKey) -> KeyCopy:
    return KeyCopy(
        site=site.name,
        iq_id=key.iq_id,
        iq_name=key.iq_name,
        account=key.account,
        secret=key.secret.decode(),
        pin=key.pin.decode() if key.pin else None,
    )


def _from_copy(one: KeyCopy, rt: Runtime) -> IqKey:
    return IqKey(
        iq_id=one.iq_id,
        account=one.account,
        iq_name=one.iq_name,
        secret=one.secret.encode(),
        pin=one.pin.encode() if one.pin else None,
        kept_at=rt.clock.now(),
    )
