"""The stack on one machine: an embedded PostgreSQL, four Airflow processes, and what starts and stops them."""
