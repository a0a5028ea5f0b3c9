select made_at, html from ops.pages where name = :name
