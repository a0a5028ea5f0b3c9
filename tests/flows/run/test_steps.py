"""Many sites in one task: one that fails stops no other, and the worst that happened decides."""

from __future__ import annotations

import pytest

from saltoks.core.errors import ConfigError, FixInput, Throttled, Unavailable, Unexpected
from saltoks.flows import tasks
from saltoks.flows.run.steps import Outcome, for_each, step
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
    assert stage.query(query) == [{"state": "warned", "message": "look", "open": False}]


def test_a_fleet_is_cut_into_chunks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design §10: so many sites a task, in the order of their names."""
    (stage.root / "config" / "saltoks.yaml").write_text("sites_per_task: 2\n", encoding="utf-8")
    text = (stage.root / "config" / "sites" / "house.yaml").read_text(encoding="utf-8")
    for name in ("attic", "barn"):
        other = text.replace("NL0000000009", f"NL-{name}").replace("name: desk", f"name: desk-{name}")
        (stage.root / "config" / "sites" / f"{name}.yaml").write_text(other, encoding="utf-8")
    assert tasks.chunks() == [["attic", "barn"], ["house"]]


@pytest.mark.parametrize(
    "kind", [KeyError, RecursionError, OverflowError, UnicodeEncodeError, MemoryError, AssertionError]
)
def test_whatever_breaks_at_one_site_is_its_failure_alone(
    stage: Stage, kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    """The others go on; the log has the trace, and nothing of the value that broke it."""
    seen = []

    def work(site: Site) -> Outcome:
        seen.append(site.name)
        if site.name == "a":
            raise made(kind)
        return Outcome("work", site.name)

    with pytest.raises(Unexpected, match=f"a: unexpected {kind.__name__} in .*: a fault of saltoks itself"):
        for_each(sites(stage), work)
    assert seen == ["a", "b", "c"]
    assert "in work" in caplog.text
    assert "planted" not in caplog.text


def made(kind: type[Exception]) -> Exception:
    """An exception whose text quotes something."""
    return UnicodeEncodeError("utf-8", "planted", 0, 1, "planted") if kind is UnicodeEncodeError else kind("planted")


def test_all_failures_of_a_chunk_are_raised_and_logged_with_what_others_said(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """One site that fails does not silence the task's other sites; a repeat is worth it if it is for one of them."""

    def work(site: Site) -> Outcome:
        if site.name == "a":
            raise ConfigError("a is wrong")
        if site.name == "b":
            raise Throttled("b is slow", retry_after=7)
        return Outcome("work", "c", notes=["fine"], warnings=["odd"], held=["kept back"], failures=["no seat"])

    with pytest.raises(Throttled) as raised:
        for_each(sites(stage), work)
    assert raised.value.message == "a: a is wrong; b: b is slow; c: no seat"
    assert raised.value.retry_after == 7
    logged = {(one.levelname, one.getMessage()) for one in caplog.records}
    assert logged >= {
        ("ERROR", "a: a is wrong"),
        ("ERROR", "b: b is slow"),
        ("INFO", "work: c: fine"),
        ("WARNING", "work: c: odd"),
        ("WARNING", "work: c: kept back"),
        ("ERROR", "work: c: no seat"),
    }


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("planted"), "unexpected KeyError in "),
        (KeyboardInterrupt(), "stopped by KeyboardInterrupt"),
        (SystemExit(1), "stopped by SystemExit"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_no_row_stays_open_whatever_ends_a_step(stage: Stage, error: BaseException, told: str) -> None:
    with stage.runtime() as rt:
        work = step(rt, "r", "work", rt.settings.site("house"))
        with pytest.raises((type(error), Unexpected)), work:
            raise error
    [row] = stage.query("select state, message, finished_at is null as open from ops.runs")
    assert (row["state"], row["open"]) == ("failed", False)
    assert row["message"].startswith(told)
    assert "planted" not in row["message"]


def test_a_step_whose_process_was_killed_is_closed_by_a_later_run(stage: Stage) -> None:
    """It cannot do so itself; one that may still be at work is left alone."""
    for run_id, age in (("old", "3 hours"), ("young", "1 hour")):
        stage.query(
            "insert into ops.runs (run_id, step, site, as_of, started_at) values "  # noqa: S608 - words of this test
            f"('{run_id}', 'work', 'house', now(), now() - interval '{age}') returning run_id"
        )
    with stage.runtime() as rt, step(rt, "r", "work", rt.settings.site("house")):
        pass
    assert {row["run_id"]: row["state"] for row in stage.query("select run_id, state from ops.runs")} == {
        "old": "failed",
        "young": "running",
        "r": "done",
    }


def test_what_a_step_said_is_kept_and_a_rerun_replaces_it(stage: Stage) -> None:
    query = "select step, site, level, sentence from ops.run_messages order by position"
    with stage.runtime() as rt:
        site = rt.settings.site("house")
        with step(rt, "r", "work", site) as outcome:
            outcome.notes.append("fine")
            outcome.warnings.append("odd \x00\ud800")
            outcome.held.append("kept back")
            outcome.failures.append("no seat")
        assert [tuple(row.values()) for row in stage.query(query)] == [
            ("work", "house", "failed", "no seat"),
            ("work", "house", "held", "kept back"),
            ("work", "house", "warning", "odd \ufffd"),
            ("work", "house", "note", "fine"),
        ]
        with pytest.raises(Unavailable), step(rt, "r", "work", site):
            raise Unavailable("it is down")
    assert [row["sentence"] for row in stage.query(query)] == ["it is down"]


def ended(stage: Stage, run_id: str, *warnings: str, urgent: bool = False) -> Outcome:
    """A step that warned of something."""
    with stage.runtime() as rt, step(rt, run_id, "work", rt.settings.site("house")) as outcome:
        outcome.warnings += warnings
        outcome.urgent = urgent
    return outcome


def test_a_warning_needs_somebody_when_it_appears_only(stage: Stage) -> None:
    """A cleared task says it again; what is urgent is said as long as it lasts; after two days away it is news."""
    first = ended(stage, "one", "item sauna is not mapped, so 3 entitlement(s) to it open nothing")
    assert (first.state, first.standing) == ("warned", [])
    assert ended(stage, "one", *first.warnings).state == "warned"
    second = ended(stage, "two", "item sauna is not mapped, so 5 entitlement(s) to it open nothing", "and this")
    assert (second.state, second.fresh) == ("warned", ["and this"])
    assert ended(stage, "three", *first.warnings).state == "done"
    assert ended(stage, "four", *first.warnings, urgent=True).state == "warned"
    stage.move(3 * 24 * 60)
    assert ended(stage, "five", *first.warnings).state == "warned"


def test_other_numbers_are_another_warning(stage: Stage) -> None:
    """Only how many there are may change."""
    assert ended(stage, "one", "item 6001 is not mapped").state == "warned"
    assert ended(stage, "two", "item 6002 is not mapped").state == "warned"


def test_a_step_may_say_the_same_with_two_counts(stage: Stage) -> None:
    """It is one warning."""
    said = ("2 mail(s) could not be sent", "1 mail(s) could not be sent")
    assert ended(stage, "one", *said).state == "warned"
    assert ended(stage, "two", *said).state == "done"
    assert len(stage.query("select fingerprint from ops.warnings")) == 1


@pytest.mark.parametrize("names", [["attic", "house"], ["attic"]], ids=["with a neighbour", "alone"])
def test_a_site_whose_file_is_gone_by_the_time_a_task_is_cleared_stops_no_neighbour(
    stage: Stage, names: list[str]
) -> None:
    """The chunk of then names it still; no site that is not of the chunk is done instead."""
    seen: list[str] = []

    def work(_: object, site: Site, run_id: str) -> Outcome:
        seen.append(site.name)
        return Outcome("work", site.name, ids={"run": run_id})

    with stage.runtime() as rt, pytest.raises(FixInput, match="attic: there is no file of that name in config/sites"):
        tasks.each(rt, names, work, "r")
    assert seen == names[1:]
