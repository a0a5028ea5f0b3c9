"""What is meant by a cell with an address; nobody is asked whether it exists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.people.email_addresses import has_several_emails, normalized_email

AROUND = ("\u200b", "\ufeff", "\u202a", "\u202c", "\u00ad", "\u00a0", " ", "\t", "'", '"', "’", "<", ">", ";", "\x00")


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("bob@house.example\u200b", "bob@house.example"),
        ("AL\u0130@house.example", "ali@house.example"),
        ("al\u0069\u0307.isik@house.example", "ali.isik@house.example"),
        ("'gil@house.example'", "gil@house.example"),
        ("'gil@house.example", "gil@house.example"),
        ("\u202ajo@house.example\u202c", "jo@house.example"),
        ("kim@\u00adhouse.example", "kim@house.example"),
        ("lea@house.example\ufeff", "lea@house.example"),
        ("Ann Able <Ann@House.Example>", "ann@house.example"),
        ("mailto:ann@house.example", "ann@house.example"),
        ("ann@house.example;", "ann@house.example"),
        ("ann@house.example; ann@house.example", "ann@house.example"),
        ("\uff21\uff2e\uff2e\uff20house.example", "ann@house.example"),
        ("o'neil@house.example", "o'neil@house.example"),
        ("ann@b\u00fccher.example", "ann@xn--bcher-kva.example"),
        ("\u0430nn@house.example", None),
        ("ann@h\u043euse.example", None),
        ("ann@hous\u0435.example", None),
        ("ann@h\u03bfuse.example", None),
        ("ann@\u043f\u043e\u0447\u0442\u0430.example", "ann@xn--80a1acny.example"),
        ("al\u0131@house.example", None),
        ("ann\u00b2@house.example", None),
        ("ann..able@house.example", None),
        ("ann@house", None),
        ("ann @house.example", None),
        ("ann@house.example, bob@house.example", None),
        ("@house.example", None),
        ("no", None),
    ],
)
def test_an_address_is_what_is_meant_or_none(cell: str, meant: str | None) -> None:
    assert normalized_email(cell) == meant


@given(st.lists(st.sampled_from(AROUND), max_size=4), st.lists(st.sampled_from(AROUND), max_size=4))
def test_what_stands_around_an_address_changes_nothing(before: list[str], after: list[str]) -> None:
    assert normalized_email("".join(before) + "ann.able@house.example" + "".join(after)) == "ann.able@house.example"


@given(st.emails())
def test_an_address_is_its_own_address(text: str) -> None:
    found = normalized_email(text)
    assert found is None or normalized_email(found) == found


@given(st.text())
def test_whatever_stands_there_gives_an_address_or_none(text: str) -> None:
    found = normalized_email(text)
    assert found is None or (found.isascii() and found == found.lower() and found.count("@") == 1)


@pytest.mark.parametrize("cell", ["a@x.example;b@x.example", "a@x.example b@x.example", "a@x.example/B@x.example"])
def test_several_addresses_are_several(cell: str) -> None:
    assert has_several_emails(cell)
    assert not has_several_emails("A@x.example; a@x.example")
