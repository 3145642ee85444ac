-- What an answer is given with, where the question takes something: an amount, a date.
alter table kit.decisions add column value jsonb;
