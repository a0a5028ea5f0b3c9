insert into access.changes (
    plan_id, position, kind, customer_id, group_name, starts_at, ends_at, cause, person, sentence, reasons, state, reason
)
values (
    :plan_id, :position, :kind, :customer_id, :group_name, :starts_at, :ends_at, :cause, :person, :sentence, :reasons, :state,
    :reason
)
