-- What was published into a dataset and can take effect no more: its content may be an orphan, which is collected. Rows
-- like these are few among millions, and are walked through by their keys.
create index effects_unpublished on kit.effects (key)
  where state in ('burned', 'refused') and request ?& array['dataset', 'first', 'only', 'files'];
