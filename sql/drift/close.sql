update access.drift
set state = 'closed', closed_at = :at
where site = :site and kind = :kind and group_name = :group_name and subject = :subject and state = 'open'
