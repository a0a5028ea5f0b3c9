"""What this product adds to Airflow itself."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin


class SaltoKsPlugin(AirflowPlugin):
    """Shows up under Admin, Plugins, so that an administrator sees that the product is loaded."""

    name = "saltoks"
