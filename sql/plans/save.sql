insert into access.plans (plan_id, run_id, site, source, as_of, fingerprint, extract, extract_id, notes)
values (:plan_id, :run_id, :site, :source, :as_of, :fingerprint, :extract, :extract_id, :notes)
