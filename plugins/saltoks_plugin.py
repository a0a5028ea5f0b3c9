"""The one file that Airflow's plugin scan reads; the package beside it is kept out by `.airflowignore`.

An installed package is found by its entry point. Only where it was installed before it had one, the plugin comes from
here: Airflow wants to see it once.
"""

from importlib.metadata import entry_points

if not entry_points(group="airflow.plugins", name="saltoks"):
    from saltoks.airflow_plugin import SaltoKsPlugin

    __all__ = ["SaltoKsPlugin"]
