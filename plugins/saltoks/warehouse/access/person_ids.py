"""Both ids of every customer who is somebody at Salto: the platform id and the site-user id."""

from __future__ import annotations

from datetime import datetime

from saltoks.core.people.site_users import MatchedPeople, PersonIds
from saltoks.warehouse.engine.database import Session


def load(session: Session, site: str) -> dict[str, PersonIds]:
    """Both ids of every customer we know at a site."""
    rows = session.rows("person_ids/load", site=site)
    return {row["customer_id"]: PersonIds(row["user_id"], row["site_user_id"]) for row in rows}


def save(session: Session, site: str, people: MatchedPeople, at: datetime) -> None:
    """Keeps both ids of the people found at a site, whether they are shut out, and whether we made them.

    Whom a `create_person` was sent for and never settled was made by us too: a stop kept the ids from us.
    """
    session.write_rows(
        "person_ids/save",
        [
            {
                "site": site,
                "customer_id": customer,
                "user_id": ids.user_id,
                "site_user_id": ids.site_user_id,
                "subscribed": customer not in people.suspended,
                "blocked": customer in people.blocked,
                "made_by_us": customer in people.ours,
                "at": at,
            }
            for customer, ids in people.known.items()
        ],
    )
