-- What rows say themselves, and what a complete extract has withdrawn already. A status that nobody knows says nothing,
-- and a row that an incomplete extract lacks is not deleted. A reason reads like `booking 4711`, or `pass 7 of 2003`
-- where one customer has it through another.
with
reasons as (
    select
        record.customer_id,
        record.group_name,
        split_part(reason, ' ', 1) as kind,
        split_part(substr(reason, strpos(reason, ' ') + 1), ' of ', 1) as source_id
    from access.group_memberships as record
    cross join unnest(record.reasons) as reason
    where record.site = :site and record.state in ('sent', 'in')
),

judged as (
    select
        reasons.customer_id,
        reasons.group_name,
        case reasons.kind
            when 'booking' then
                booking.is_deleted or booking.status not in ('unknown', 'confirmed', 'checked_in')
            when 'membership' then
                membership.is_deleted or membership.status not in ('unknown', 'active', 'scheduled')
            when 'pass' then
                pass.is_deleted or pass.status not in ('unknown', 'valid', 'in_use')
            when 'assignment' then
                assignment.is_deleted
                or parent.is_deleted
                or parent.status not in ('unknown', 'active', 'scheduled')
            when 'visitor' then
                visitor.is_deleted
                or visitor.departed_at <= :now
                or visitor.approval not in ('unknown', 'granted', 'not_required')
                or visited.is_deleted
                or visited.status not in ('unknown', 'confirmed', 'checked_in')
        end as is_over,
        holder.is_deleted or not holder.active as has_left
    from reasons
    left join src.bookings as booking
        on reasons.kind = 'booking' and booking.source = :source and reasons.source_id = booking.source_id
    left join src.memberships as membership
        on reasons.kind = 'membership' and membership.source = :source and reasons.source_id = membership.source_id
    left join src.passes as pass
        on reasons.kind = 'pass' and pass.source = :source and reasons.source_id = pass.source_id
    left join src.assignments as assignment
        on reasons.kind = 'assignment' and assignment.source = :source and reasons.source_id = assignment.source_id
    left join src.memberships as parent
        on assignment.source = parent.source and assignment.membership_id = parent.source_id
    left join src.visitors as visitor
        on reasons.kind = 'visitor' and visitor.source = :source and reasons.source_id = visitor.source_id
    left join src.bookings as visited
        on visitor.source = visited.source and visitor.booking_id = visited.source_id
    left join src.customers as holder
        on
            holder.source = :source
            and coalesce(
                booking.customer_id,
                membership.customer_id,
                pass.customer_id,
                assignment.customer_id,
                visitor.host_customer_id
            )
            = holder.source_id
)

select
    customer_id,
    group_name
from judged
group by customer_id, group_name
having bool_and(coalesce(is_over, false) or coalesce(has_left, false))
union
select
    customer_id,
    group_name
from access.group_memberships
where site = :site and state in ('sent', 'in') and withdrawn_at is not null
