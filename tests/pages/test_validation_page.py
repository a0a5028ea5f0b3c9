"""The page of validation results: every word that a person needs, nothing that could run, load or tell a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pages import houses
from pages.markup import Outline, outline
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.core.model.validation_report import QuarantineReason, SiteValidation, ValidationFindings
from saltoks.pages.notice import notice_page
from saltoks.pages.render import number, wall, without_addresses
from saltoks.pages.validation import age
from saltoks.pages.words import expected

HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' {{ 7*7 }} {% raw %} & <b"
PAGES = {
    "all kinds of sites": houses.page(*houses.ALL),
    "no site": houses.page(),
    "a notice": notice_page("Validation results", ["There are none yet."]),
}


def seen(*sites: SiteValidation) -> Outline:
    """The page about these sites, read."""
    return outline(houses.page(*sites))


def bad_texts() -> SiteValidation:
    """A site whose every text wants to be something else."""
    check = replace(houses.checks()[0], table=HOSTILE, expectation=HOSTILE, column=HOSTILE, success=False)
    found = ValidationFindings(
        latest=houses.extract(
            Completeness.INCOMPLETE, run_id=HOSTILE, problems=(HOSTILE,), rows_read={HOSTILE: 1}, checks=(check,)
        ),
        rows_known={"bookings": 1},
        reasons=(QuarantineReason(table=HOSTILE, field=HOSTILE, reason=HOSTILE, rows=1),),
        quarantined=(replace(houses.quarantined(HOSTILE, HOSTILE), table=HOSTILE, field=HOSTILE),),
    )
    return houses.site(HOSTILE, found, system=HOSTILE)


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_whole_by_itself(html: str) -> None:
    """No script, no address outside it, and a policy that forbids both wherever it is opened."""
    found = outline(html)
    assert (found.scripts, found.loads) == (0, [])
    [policy] = [one["content"] for one in found.attributes("meta") if one.get("http-equiv")]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")
    assert "http" not in policy


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_a_page_is_built_as_html_wants_it(html: str) -> None:
    """Every tag is closed where it should be, every id is there once, every reference finds something."""
    found = outline(html)
    assert html.startswith("<!doctype html>")
    assert (found.broken, found.twins, found.dangling) == ([], [], set())
    assert found.attributes("html") == [{"lang": "en"}]
    for landmark in ("header", "main", "footer", "h1", "title"):
        assert len(found.attributes(landmark)) == 1, landmark


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES.keys())
def test_tables_and_pictures_can_be_read_aloud(html: str) -> None:
    """Every head says what it is the head of; a picture has words, or is none of a reader's business."""
    found = outline(html)
    assert all(one.get("scope") in ("col", "row") for one in found.attributes("th"))
    assert all("aria-label" in one or one.get("aria-hidden") == "true" for one in found.attributes("svg"))
    assert all("aria-label" in one for one in found.attributes("nav"))


def test_a_broken_page_would_be_noticed() -> None:
    """The checks above can fail."""
    found = outline(
        '<p id="a"><b></p></b><i><img src="//cdn.example/x"><a href="#b" onclick="x()"><p id="a">'
        "<style>@import 'y'; p { background: url(z) }</style><script></script>"
    )
    assert found.scripts == 2
    assert found.loads == ["//cdn.example/x", "@import", "url("]
    assert found.twins == ["a"]
    assert found.dangling == {"b"}
    assert found.broken


def test_hostile_texts_stay_texts() -> None:
    """Whatever a source, a file or a name contains is shown as it is, and nothing else."""
    calm, attacked = seen(houses.DOUBTFUL), seen(bad_texts())
    assert (attacked.scripts, attacked.loads, attacked.broken) == (0, [], [])
    assert {tag for tag, _ in attacked.tags} <= {tag for tag, _ in calm.tags}
    assert attacked.text.count(" ".join(HOSTILE.split())) >= 8
    assert "49" not in attacked.text


@pytest.mark.parametrize(
    ("site", "texts"),
    [
        pytest.param(
            houses.FINE,
            [
                "harbour complete",
                "Everything was read and may be trusted",
                "Read whole from i-Reserve on Sun 22 Nov 2026, 03:30 (Europe/Amsterdam), 1 minute before this page",
                "by run nightly/scheduled__2026-11-22T02:30:00+00:00",
                "checks passed",
                "bookings 33 100 33 100",
                "locations 0 1",
            ],
            id="complete",
        ),
        pytest.param(
            houses.DOUBTFUL,
            [
                "wharf incomplete",
                "nobody loses access early until an extract is complete again",
                "Changes read from Nexudus on Sun 22 Nov 2026, 02:30 (Europe/London)",
                "status is unknown in 1 % of the rows or more — add the words; 52 of 33100",
                "bookings status Less than 1 % of the statuses are unknown fail 52 of 1 204",
                "bookings ends_at It ends after it starts quarantine 31 of 1 204",
                "2 of",
                "bookings ends_at does not end after it starts 31",
                "The newest 20",
                "data/wharf/bookings.csv:19 ends_at does not end after it starts — correct it Sat 21 Nov 2026, 02:31",
            ],
            id="incomplete",
        ),
        pytest.param(
            houses.LOST,
            [
                "loop failed",
                "The source could not be read. Doors follow the last good rows, and nobody loses access early.",
                "Read whole from files or tables on Sat 21 Nov 2026, 17:31 (America/Chicago), 3 hours before this page",
                "data/loop/reservations.csv: the file is not there — export it",
                "None were made: there was nothing to look at.",
                "customers 0 1 204",
            ],
            id="failed",
        ),
        pytest.param(houses.NEW, ["attic not yet read", "Nothing was ever read here"], id="never read"),
    ],
)
def test_a_site_is_told_in_words(site: SiteValidation, texts: list[str]) -> None:
    told = seen(site).text
    assert [text for text in texts if text not in told] == []


def test_what_did_not_pass_comes_before_what_passed_and_worst_first() -> None:
    told = seen(houses.DOUBTFUL).text
    places = [told.index(text) for text in ("statuses are unknown fail 52", "It ends after it starts quarantine 31")]
    assert places == sorted(places)
    assert max(places) < told.index("checks passed")


def test_the_head_counts_the_sites_of_each_kind_and_says_when_the_page_was_made() -> None:
    told = seen(*houses.ALL).text
    assert "Made on Sun 22 Nov 2026, 02:31 UTC; the nightly run makes it anew at 02:30 UTC." in told
    assert "4 sites complete 1 incomplete 1 failed 1 not yet read 1" in told
    assert "There is no site in config/ yet." in seen().text


def test_the_last_fortnight_is_there_day_by_day() -> None:
    """Days of the site's own zone, the newest first, with the number of extracts of each kind."""
    told = seen(houses.DOUBTFUL).text
    assert "Sun 22 Nov 0 10 0" in told
    assert "Sat 21 Nov 70 26 0" in told
    assert "Tue 17 Nov 92 0 4" in told
    assert "Mon 9 Nov" in told
    assert "Sun 8 Nov" not in told
    [strip] = [one["aria-label"] for one in seen(houses.DOUBTFUL).attributes("svg") if "aria-label" in one]
    assert strip == "The last 14 days, by the worst extract of each: 11 complete, 2 incomplete, 1 failed"


def test_no_address_of_a_person_is_shown() -> None:
    """F190: an id may be made of an e-mail; the row itself is never given to a page."""
    found = ValidationFindings(
        latest=houses.extract(Completeness.COMPLETE, problems=("guest ann@house.example has no item",)),
        reasons=(QuarantineReason(table="customers", field="email", reason="ann@house.example is doubled", rows=1),),
        quarantined=(houses.quarantined("customers guest:ann@house.example"),),
    )
    html = houses.page(houses.site("house", found))
    assert "@house" not in html
    assert "customers guest:(e-mail)" in outline(html).text


@pytest.mark.parametrize(
    "check", houses.checks(), ids=lambda one: f"{one.table}.{one.column} {one.expectation} {one.level}"
)
def test_every_rule_of_the_gate_has_words(check: ExpectationResult) -> None:
    words = expected(check)
    assert " " in words
    assert "Expect" not in words
    assert words[0].isupper() or words[0] == "“"


def test_a_rule_that_nobody_put_into_words_is_still_readable() -> None:
    strange = replace(houses.checks()[0], expectation="ExpectColumnValuesToMatchRegex", column="phone")
    assert expected(strange) == "“phone” values to match regex"


@pytest.mark.parametrize(
    ("gone_by", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47, minutes=59), "47 hours"),
        (timedelta(hours=48), "2 days"),
    ],
    ids=str,
)
def test_age(gone_by: timedelta, words: str) -> None:
    assert age(gone_by) == words


def test_numbers_and_times() -> None:
    assert [number(n) for n in (0, 999, 1000, 1234567)] == [
        "0",
        "999",
        "1\N{NARROW NO-BREAK SPACE}000",
        "1\N{NARROW NO-BREAK SPACE}234\N{NARROW NO-BREAK SPACE}567",
    ]
    assert wall(houses.NOW, "America/Chicago") == "Sat 21 Nov 2026, 20:31"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("guest:ann@house.example, twice", "guest:(e-mail), twice"),
        ("(ann@house.example)", "((e-mail))"),
        ("<ann@house.example>", "<(e-mail)>"),
        ("bookings.csv:5 @ noon", "bookings.csv:5 @ noon"),
    ],
)
def test_addresses_are_taken_out(text: str, plain: str) -> None:
    assert without_addresses(text) == plain
