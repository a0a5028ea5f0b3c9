"""What people open doors with: PINs, the mails that carry them, and what a person does by hand for one customer."""
