"""A stand-in for Airflow's commands, so that the supervisor is tested with real processes in a second."""
