insert into access.drift (site, kind, group_name, subject, sentence, done, first_seen, last_seen)
values (:site, :kind, :group_name, :subject, :sentence, :done, :at, :at)
on conflict (site, kind, group_name, subject) where state = 'open' do update set
    sentence = excluded.sentence,
    done = excluded.done,
    last_seen = excluded.last_seen
