"""Kiln as a booking system: what the entry point `saltoks.systems` of the package names."""

from kiln.reading import read
from kiln.settings import KilnSource
from saltoks.systems.protocol import BookingSystem

KILN = BookingSystem(label="Kiln", source=KilnSource, read=read)
