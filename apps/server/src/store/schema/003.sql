-- The words of a patient's name, one row each, with all the words of the name beside it: who has several words is found in
-- the rows of the rarest one.
create table ix_word (
  p integer not null,
  w text collate "C" not null,
  sd timestamptz not null,
  rid bigint not null,
  -- All words of the resource, each behind a space: ` lan nguyen thi`.
  words text collate "C" not null
);
-- 1724988659 is `Patient.name` (paramNumber).
insert into ix_word (p, w, sd, rid, words)
select n.p, one.w, n.sd, n.rid, ' ' || array_to_string(n.ws, ' ')
from (
  select s.p, s.rid, r.sd, array_agg(distinct part.w) as ws
  from ix_str s join res r on r.rid = s.rid cross join unnest(string_to_array(s.v, ' ')) as part(w)
  where s.p = 1724988659 and part.w <> ''
  group by s.p, s.rid, r.sd
) n cross join unnest(n.ws) as one(w);
create index ix_word_w on ix_word (p, w) include (words, sd, rid);
create index ix_word_rid on ix_word (rid);
