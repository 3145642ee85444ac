-- A redrive is a decision too: who had a run that was closed without a fate run again, and why. Its id is `runs/<n>`,
-- which no update can have.
alter table kit.decisions drop constraint decisions_kind_check,
  add constraint decisions_kind_check check (kind in ('cancel', 'resolve', 'answer', 'redrive'));
