insert into ops.watermarks (site, stream, seen_until, swept_at)
values (:site, :stream, :seen_until, :swept_at)
on conflict (site, stream) do update set
    seen_until = greatest(ops.watermarks.seen_until, excluded.seen_until),
    swept_at = greatest(ops.watermarks.swept_at, excluded.swept_at)
