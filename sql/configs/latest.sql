select body
from access.configs
where site = :site
order by config_id desc
limit 1
