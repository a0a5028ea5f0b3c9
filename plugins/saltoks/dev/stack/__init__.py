"""Four Airflow processes and their database on one machine, started and stopped as one."""
