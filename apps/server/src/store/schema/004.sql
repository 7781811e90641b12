-- Resources whose first version came by PUT: the history of one resource tells POST from PUT.
create index event_put on event (t, id) where payload = '{"method":"PUT"}';
