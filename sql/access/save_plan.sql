insert into access.plans (plan_id, run_id, site, source, as_of, fingerprint, extract, notes)
values (:plan_id, :run_id, :site, :source, :as_of, :fingerprint, :extract, :notes)
