-- The store's tables. Later versions add search parameters and interactions, never another layout.
-- Numbers: t = resource type, rid = row number of a resource for life, h = keyed hash of `Type/id`,
-- p = hash of `Type.parameter` (search/params.ts). Every comparison of text is by bytes.

create sequence rid_seq increment by 1000;

create table res (
  rid bigint primary key,
  t smallint not null,
  id text collate "C" not null,
  ver integer not null,
  lu timestamptz not null,
  deleted boolean not null default false,
  -- Verbatim JSON with id and meta spliced in; '' for a deletion.
  content text collate "C" not null,
  -- All token hashes, unindexed: filters. ix_tok holds those worth driving a search.
  tok bigint[] not null,
  -- rid of the one owning patient; null = none; -1 = several, in res_pat.
  pat bigint,
  -- Clinical date the lists sort by.
  sd timestamptz not null,
  h bigint not null,
  -- Facility codes the resource is owned by or addressed to.
  org text[] collate "C",
  -- 0 normal, 1 restricted, 2 very restricted.
  sens smallint not null default 0,
  by text collate "C" not null,
  unique (t, id)
) with (fillfactor = 90);
create index res_pat_sd on res (pat, t, sd desc, rid desc) where pat is not null;
create index res_h on res (h);
create index res_t_lu on res (t, lu, rid);

-- Superseded versions only: a create writes its content once.
create table hist (
  rid bigint not null,
  ver integer not null,
  lu timestamptz not null,
  deleted boolean not null,
  content text collate "C" not null,
  by text collate "C" not null,
  primary key (rid, ver)
);

create table ix_tok (h bigint not null, sd timestamptz not null, rid bigint not null);
create index ix_tok_h on ix_tok (h, sd desc, rid desc);

-- p = 0: a reference outside every search parameter, kept so that its target is not deleted.
create table ix_ref (p integer not null, tgt bigint not null, rid bigint not null);
create index ix_ref_tgt on ix_ref (tgt, p, rid);
create index ix_ref_rid on ix_ref (rid, p) include (tgt);

create table ix_date (p integer not null, lo timestamptz not null, hi timestamptz not null, rid bigint not null);
create index ix_date_p on ix_date (p, lo, hi, rid);
create index ix_date_rid on ix_date (rid, p) include (lo, hi);

-- unit 0: the value whatever its unit (and plain numbers).
create table ix_qty (p integer not null, unit bigint not null, v double precision not null, rid bigint not null);
create index ix_qty_p on ix_qty (p, unit, v, rid);
create index ix_qty_rid on ix_qty (rid);

-- Folded text, and sort keys under their own p.
create table ix_str (p integer not null, v text collate "C" not null, rid bigint not null);
create index ix_str_p on ix_str (p, v, rid);
create index ix_str_rid on ix_str (rid, p);

-- Business identifiers. `one`: at most one resource of the type carries the value.
create table uniq (
  system text collate "C" not null,
  value text collate "C" not null,
  t smallint not null,
  rid bigint not null,
  one boolean not null
);
create unique index uniq_one on uniq (system, value, t) where one;
create index uniq_many on uniq (system, value, t, rid desc) where not one;
create index uniq_rid on uniq (rid);

create table res_pat (pat bigint not null, t smallint not null, sd timestamptz not null, rid bigint not null);
create index res_pat_pat on res_pat (pat, t, sd desc, rid desc);
create index res_pat_rid on res_pat (rid);

-- Who cares for whom: the ground of the grants `relation` and `department`.
create table care (
  pat bigint not null,
  who text collate "C",
  department text collate "C",
  starts timestamptz not null,
  ends timestamptz,
  basis text collate "C" not null,
  by text collate "C" not null,
  check ((who is null) <> (department is null))
);
create index care_who on care (who, pat) where who is not null;
create index care_department on care (department, pat) where department is not null;
create index care_pat on care (pat);

-- A restore begins a new epoch; cursors and audit orders of an older one are told apart from new ones.
create table epoch (epoch integer primary key, started timestamptz not null, why text collate "C" not null);
insert into epoch values (1, now(), 'first');

-- The one log. Written unnumbered; the sequencer numbers visible rows after their commit.
create table event (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  epoch integer,
  n bigint,
  at timestamptz not null,
  kind text collate "C" not null,
  thread text collate "C" not null,
  t smallint,
  id text collate "C",
  ver integer,
  pat text collate "C",
  payload text collate "C" not null,
  by text collate "C" not null
);
create unique index event_n on event (n) where n is not null;
create index event_unnumbered on event (seq) where n is null;

create table consumer (
  name text collate "C" primary key,
  n bigint not null,
  at timestamptz not null,
  failures integer not null default 0,
  problem text collate "C"
);

-- No hash on the row: the sealer orders settled rows by (epoch, xid, seq).
create table audit (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  epoch integer not null,
  at timestamptz not null,
  caller text collate "C" not null,
  role text collate "C" not null,
  facility text collate "C" not null,
  purpose text collate "C" not null,
  reason text collate "C",
  action text collate "C" not null,
  t text collate "C",
  id text collate "C",
  ver integer,
  -- rids of the patients the action showed.
  pats bigint[],
  request text collate "C" not null,
  outcome text collate "C" not null,
  detail text collate "C"
);
create index audit_xid on audit (epoch, xid, seq);
create index audit_at on audit using brin (at);
create index audit_caller on audit (caller, seq);
create index audit_pats on audit using gin (pats) where pats is not null;

-- rows: 48 bytes per audit row (xid, seq, sha-256 of its content), in order.
create table seal (
  n bigint primary key,
  epoch integer not null,
  from_xid xid8 not null,
  to_xid xid8 not null,
  count integer not null,
  rows bytea not null,
  hash bytea not null,
  at timestamptz not null
);
