-- Rows that say themselves that they are deleted need no complete extract to be believed.
with
deleted as (
    select
        table_name,
        source_id
    from jsonb_to_recordset(cast(:ended as jsonb)) as given (table_name text, source_id text)
),

customers as (
    update src.customers set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'customers')
),

bookings as (
    update src.bookings set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'bookings')
),

memberships as (
    update src.memberships set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'memberships')
),

passes as (
    update src.passes set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'passes')
),

assignments as (
    update src.assignments set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'assignments')
),

visitors as (
    update src.visitors set is_deleted = true, deleted_detected_at = :at
    where
        source = :source and not is_deleted
        and source_id in (select deleted.source_id from deleted where deleted.table_name = 'visitors')
)

update src.customer_links set is_deleted = true, deleted_detected_at = :at
where
    source = :source and not is_deleted
    and source_id in (select deleted.source_id from deleted where deleted.table_name = 'customer_links')
