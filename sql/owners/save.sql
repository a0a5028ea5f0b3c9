insert into ops.owners as known (site, made_at, foreign_id, foreign_since)
values (
    :site,
    case when :ours then cast(:at as timestamptz) end,
    cast(:foreign_id as text),
    case when cast(:foreign_id as text) is not null then cast(:at as timestamptz) end
)
on conflict (site) do update set
    asked_at = case when :ours then known.asked_at end,
    made_at = case when :ours then coalesce(known.made_at, excluded.made_at) end,
    foreign_id = excluded.foreign_id,
    foreign_since = case
        when known.foreign_id = excluded.foreign_id then known.foreign_since
        else excluded.foreign_since
    end
