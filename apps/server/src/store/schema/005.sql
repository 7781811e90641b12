-- The rows of a word in the order of the clinical date: who has a frequent name is walked through from the newest on.
create index ix_word_walk on ix_word (p, w, sd desc, rid desc) include (words);
drop index ix_word_w;
