select newer.run_id
from access.plans as mine
inner join access.plans as newer on newer.site = mine.site and newer.serial > mine.serial
where mine.plan_id = :plan_id
order by newer.serial desc
limit 1
