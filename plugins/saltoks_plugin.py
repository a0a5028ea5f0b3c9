"""The one file that Airflow's plugin scan reads; the package beside it is kept out by `.airflowignore`."""

from saltoks.airflow_plugin import SaltoKsPlugin

__all__ = ["SaltoKsPlugin"]
