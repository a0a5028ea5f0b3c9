"""What an answer says: its body as values, and what each refusal means, as errors of the core."""
