"""PINs, the mails that carry them, invitations, and one-time codes of IQs."""
