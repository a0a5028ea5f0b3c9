insert into src.customer_links as known (
    source, source_id, customer_id, related_customer_id, relation, row_hash, extract_id, extracted_at
)
select
    source, source_id, customer_id, related_customer_id, relation, row_hash, extract_id, extracted_at
from incoming_customer_links
on conflict (source, source_id) do update set
    customer_id = excluded.customer_id,
    related_customer_id = excluded.related_customer_id,
    relation = excluded.relation,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
