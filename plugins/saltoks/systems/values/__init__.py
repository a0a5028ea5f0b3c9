"""What all booking systems share: values that cannot be read, lists in answers, and people without an account."""
