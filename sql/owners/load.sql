select asked_at, made_at, foreign_id, foreign_since from ops.owners where site = :site
