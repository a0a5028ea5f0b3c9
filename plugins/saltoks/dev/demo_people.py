"""The invented people of the demo's two houses, and the rooms they book."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of a house; `guest` marks one who comes for a day, `plan` the state of a membership."""

    number: str
    first: str
    last: str
    email: str = ""
    guest: bool = False
    plan: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Something to book. A private one is booked back to back by `regulars`, a shared one by whoever comes.

    `lead`: minutes from now to the start of its first booking, when nobody is in it.
    """

    code: str
    label: str
    regulars: tuple[str, ...] = ()
    shared: bool = False
    lead: int = -10


@dataclass(frozen=True, slots=True)
class Slot:
    """A booking of the opening day, in minutes from now.

    `number` is set for those that open no door: they move along with the present and keep their number.
    """

    room: str
    who: str
    since: int
    until: int
    state: str
    number: str = ""


HARBOUR_PEOPLE = (
    Person("1001", "Ada", "Amstel", "ada@harbour.example", plan="Running"),
    Person("1002", "Bram", "de Wit", "bram@harbour.example", plan="Running"),
    Person("1003", "Chloé", "Laurent", "chloe@harbour.example"),
    Person("1004", "Dov", "Levi", guest=True),
    Person("1005", "Esra", "Yıldız", "esra@harbour.example", plan="Paused"),
    Person("1006", "Femke", "Bos", guest=True),
    Person("1007", "Gijs", "van Dam", "gijs@harbour.example"),
    Person("1008", "Hana", "Nováková", "hana@harbour.example", plan="Running"),
    Person("1009", "Ivo", "Petrov"),
    Person("1010", "Joke", "Smit", "joke@harbour.example"),
    Person("1011", "Kofi", "Mensah", guest=True),
    Person("1012", "Lena", "Fischer", "lena@harbour.example"),
)
HARBOUR_ROOMS = (
    Room("studio-a", "Studio A", ("1001", "1008", "1002")),
    Room("studio-b", "Studio B, shared", ("1004", "1006", "1011"), shared=True),
    Room("podcast", "Podcast booth", ("1003", "1012", "1005"), lead=10),
    Room("sauna", "Sauna"),
)
HARBOUR_FIRST = (
    Slot("studio-b", "1007", -10, 50, "Option", "4001"),
    Slot("studio-b", "1012", -15, 45, "Cancelled", "4002"),
    Slot("sauna", "1010", -10, 50, "Booked", "4003"),
    Slot("studio-b", "1011", 60, 10, "Booked", "4004"),
    Slot("studio-a", "1002", -100, -40, "Booked"),
    Slot("studio-a", "1001", -40, 50, "Booked"),
    Slot("studio-a", "1008", 50, 140, "Booked"),
    Slot("studio-b", "1009", -20, 60, "Booked"),
    Slot("podcast", "1003", 10, 70, "Booked"),
)

LOOP_PEOPLE = (
    Person("C-201", "Lee", "Park", "lee@loop.example", plan="ACTIVE"),
    Person("C-202", "Maya", "Torres", "maya@loop.example", plan="ACTIVE"),
    Person("C-203", "Noah", "Kim", "noah@loop.example", plan="ACTIVE"),
    Person("C-204", "Olivia", "Brooks", "olivia@loop.example"),
    Person("C-205", "Priya", "Shah", "priya@loop.example"),
    Person("C-206", "Quentin", "Hale", "quentin@loop.example"),
    Person("C-207", "Rosa", "Díaz", "rosa@loop.example"),
    Person("C-208", "Sam", "Okafor", "sam@loop.example"),
    Person("C-209", "Tess", "Moreau", "tess@loop.example", plan="ENDED"),
)
LOOP_ROOMS = (
    Room("loft-1", "Loft 1", ("C-202", "C-203", "C-201")),
    Room("loft-2", "Loft 2, shared", ("C-205", "C-204"), shared=True),
    Room("roof", "Roof room", ("C-206", "C-209"), lead=8),
)
LOOP_FIRST = (
    Slot("loft-2", "C-207", -10, 80, "TENTATIVE", "B-7001"),
    Slot("loft-2", "C-208", -15, 75, "CANCELED", "B-7002"),
    Slot("loft-1", "C-201", -110, -45, "CONFIRMED"),
    Slot("loft-1", "C-202", -45, 60, "CONFIRMED"),
    Slot("loft-1", "C-203", 60, 150, "CONFIRMED"),
    Slot("roof", "C-206", 8, 98, "CONFIRMED"),
)
WALK_INS = ("Uma Reyes", "Victor Lindgren", "Wanda Petit", "Xavier Ng", "Yara Haddad", "Zoë Baptiste")
