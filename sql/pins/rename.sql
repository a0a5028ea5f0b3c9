update access.pins
set customer_id = :new_customer_id
where
    site = :site and customer_id = :customer_id and stay = :stay
    and not exists (
        select from access.pins as other
        where other.site = :site and other.customer_id = :new_customer_id and other.stay = :stay
    )
