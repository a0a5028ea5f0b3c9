select sealed from ops.refresh_tokens where account = :account
