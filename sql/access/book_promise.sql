update access.memberships
set promised_from = :promised_from, promised_until = :promised_until, reasons = :reasons
where
    site = :site
    and group_name = :group_name
    and customer_id = :customer_id
    and state in ('sent', 'in')
    and (promised_from, promised_until, reasons) is distinct from (:promised_from, :promised_until, :reasons)
