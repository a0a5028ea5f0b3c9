"""What an admin wrote in `config/`, read once into frozen models; every error names file, line and key.

`load` reads `saltoks.yaml` and `sites/*.yaml`; `lint` lists what loads but is doubtful.
"""

from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.lint import Finding, lint
from saltoks.settings.loading import load
from saltoks.settings.models import Audit, Devices, Project, SaltoRef, Settings, Site
from saltoks.settings.nexudus import NexudusSource
from saltoks.settings.presets import rule_names
from saltoks.settings.tables import Column, Guards, TableSource, TabularSource

__all__ = [
    "Audit",
    "Column",
    "Devices",
    "Finding",
    "Guards",
    "IReserveSource",
    "NexudusSource",
    "Project",
    "SaltoRef",
    "Settings",
    "Site",
    "TableSource",
    "TabularSource",
    "lint",
    "load",
    "rule_names",
]
