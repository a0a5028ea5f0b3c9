"""What an admin wrote in `config/`, read once into frozen models; every error names file, line and key.

`load` reads `saltoks.yaml` and `sites/*.yaml`, `load_each` also where the file of a site is broken; `lint` lists what
loads but is doubtful. What a site says of its booking system is a `Source`; `installed` finds whose model it is.
"""

from saltoks.settings.lint import Finding, Level, SiteFile, lint, of_file
from saltoks.settings.lint.items import is_bookable
from saltoks.settings.loading import load, load_each
from saltoks.settings.mapping import in_words as hours_in_words
from saltoks.settings.models import Audit, Devices, Project, SaltoRef, Settings, Site, UnreadableSite
from saltoks.settings.nearest import nearest
from saltoks.settings.presets import rule_names
from saltoks.settings.source import Source

__all__ = [
    "Audit",
    "Devices",
    "Finding",
    "Level",
    "Project",
    "SaltoRef",
    "Settings",
    "Site",
    "SiteFile",
    "Source",
    "UnreadableSite",
    "hours_in_words",
    "is_bookable",
    "lint",
    "load",
    "load_each",
    "nearest",
    "of_file",
    "rule_names",
]
