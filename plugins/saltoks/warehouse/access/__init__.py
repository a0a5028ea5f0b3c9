"""Who is in which group and why, and the plans that change it: the schema `access`."""
