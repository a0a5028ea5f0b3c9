"""A stateful Deskworks tenant that hands over export files: its habits, and ways to break a delivery."""

from saltoks.sandbox.deskworks.export import DeskworksExport
from saltoks.sandbox.deskworks.faults import Faults
from saltoks.sandbox.deskworks.files import FILES

__all__ = ["FILES", "DeskworksExport", "Faults"]
