set local statement_timeout to '200ms';
select 'b1' as source_id, 'room-1' as item_id, 'ann' as customer_id, timestamp '2026-03-10 13:00' as starts_at,
  timestamp '2026-03-10 15:00' as ends_at, 'confirmed' as status
from pg_sleep(5)
