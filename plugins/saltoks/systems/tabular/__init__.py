"""Any booking system that hands over files, or tables in a warehouse: read by its configured columns."""
