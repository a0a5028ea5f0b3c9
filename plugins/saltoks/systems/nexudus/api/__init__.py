"""What is asked of Nexudus, and the records that come back."""
