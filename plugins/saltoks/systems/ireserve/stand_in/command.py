"""What plays it: the server of `saltoks sandbox`, the connection to it, and a house of the demo."""

from __future__ import annotations

from dataclasses import replace

from saltoks.systems.ireserve.stand_in.house import NAME, ireserve_house
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import load_world
from saltoks.systems.stand_in import stand_in

STAND_IN = replace(stand_in("i-Reserve", IReserveSandbox, load_world), site=NAME, house=ireserve_house)
