"""A stateful Deskworks tenant that hands over export files: its habits, and ways to break a delivery."""

from saltoks.systems.deskworks.stand_in.export import DeskworksExport
from saltoks.systems.deskworks.stand_in.faults import Faults
from saltoks.systems.deskworks.stand_in.files import FILES

__all__ = ["FILES", "DeskworksExport", "Faults"]
