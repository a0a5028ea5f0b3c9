"""Many sites in one task: one that fails stops no other, and the worst that happened decides."""

from __future__ import annotations

import pytest

from saltoks.core.errors import ConfigError, FixInput, Unavailable
from saltoks.flows import tasks
from saltoks.flows.steps import Outcome, for_each, step
from saltoks.settings import Site
from stage import Stage


def sites(stage: Stage) -> tuple[Site, ...]:
    """Three sites called a, b and c."""
    with stage.runtime() as rt:
        house = rt.settings.site("house")
    return tuple(house.model_copy(update={"name": name}) for name in "abc")


def test_every_site_is_done_and_the_curable_error_is_raised(stage: Stage) -> None:
    """Airflow tries again where a repeat can help, so that error must win."""
    seen = []

    def work(site: Site) -> Outcome:
        seen.append(site.name)
        if site.name == "a":
            raise ConfigError("a is wrong")
        if site.name == "b":
            raise Unavailable("b is down")
        return Outcome("work", site.name)

    with pytest.raises(Unavailable, match="b is down"):
        for_each(sites(stage), work)
    assert seen == ["a", "b", "c"]


def test_what_failed_inside_an_outcome_is_raised_at_the_end(stage: Stage) -> None:
    """A run that could not do everything is not green."""

    def work(site: Site) -> Outcome:
        return Outcome("work", site.name, failures=["no seat"] if site.name == "b" else [])

    with pytest.raises(FixInput, match="b: no seat"):
        for_each(sites(stage), work)


def test_outcomes_of_all_sites_come_back_in_order(stage: Stage) -> None:
    """Nothing failed."""
    done = for_each(sites(stage), lambda site: Outcome("work", site.name))
    assert [one.site for one in done] == ["a", "b", "c"]


def test_a_step_that_breaks_closes_its_row_and_a_rerun_opens_it_again(stage: Stage) -> None:
    """The summary tells how it ended, with the sentence."""
    query = "select state, message, finished_at is null as open from ops.runs"
    with stage.runtime() as rt:
        site = rt.settings.site("house")
        with pytest.raises(Unavailable), step(rt, "r", "work", site):
            raise Unavailable("it is down")
        assert stage.query(query) == [{"state": "failed", "message": "it is down", "open": False}]
        with step(rt, "r", "work", site) as outcome:
            assert stage.query(query) == [{"state": "running", "message": None, "open": True}]
            outcome.warnings.append("look")
    assert stage.query(query) == [{"state": "warned", "message": None, "open": False}]


def test_a_fleet_is_cut_into_chunks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design §10: so many sites a task, in the order of their names."""
    (stage.root / "config" / "saltoks.yaml").write_text("sites_per_task: 2\n", encoding="utf-8")
    text = (stage.root / "config" / "sites" / "house.yaml").read_text(encoding="utf-8")
    for name in ("attic", "barn"):
        other = text.replace("NL0000000009", f"NL-{name}").replace("name: desk", f"name: desk-{name}")
        (stage.root / "config" / "sites" / f"{name}.yaml").write_text(other, encoding="utf-8")
    assert tasks.chunks() == [["attic", "barn"], ["house"]]
