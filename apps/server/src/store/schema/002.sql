-- Spools of emergency reads whose rows are in the audit: who died between the commit and the removal of the file does
-- not write them twice.
create table audit_spool (id text collate "C" primary key, rows integer not null, at timestamptz not null);
