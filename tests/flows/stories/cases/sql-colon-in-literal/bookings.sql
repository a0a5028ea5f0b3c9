-- report of the crm :daily, at 12:00 /* :north */
select id as source_id, room as item_id, cust as customer_id, d || ' ' || t1 || ':00' as starts_at,
  d || ' ' || t2 || ':00' as ends_at, case when note ~ '(?:paid|:true)' then 'confirmed' end as status
from (values (1, 'room-1', 'ann', date '2026-03-10', '12:00', '15:00', 'paid'),
  (2, 'room-2', 'bob', date '2026-03-10', '12:00', '17:00', ' :true')) as res (id, room, cust, d, t1, t2, note)
where d between date '2026-03-10' - :days and current_date + 10000 + :days
