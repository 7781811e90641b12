-- All words of a patient's name in one index: a name is asked for by several words, and a word like `nguyen` is in every
-- third name. The number is `Patient.name` (paramNumber); search/words.ts asks in these very words, or the index is not used.
create index ix_str_words on ix_str using gin (array_to_tsvector(string_to_array(v, ' '))) where p = 1724988659;
