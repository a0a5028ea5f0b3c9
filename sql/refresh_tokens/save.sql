insert into ops.refresh_tokens (account, sealed)
values (:account, :sealed)
on conflict (account) do update set sealed = excluded.sealed, saved_at = now()
