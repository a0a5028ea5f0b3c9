"""The story: one function per Airflow task, with the same name, in the order in which they run."""
