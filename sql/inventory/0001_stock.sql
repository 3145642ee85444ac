-- Stock by SKU. Available = on hand − reserved, and never below zero: the checks are the last line of defence, the
-- activities refuse before.
create schema inventory;

create table inventory.stock (
  sku       text primary key,
  on_hand   int not null check (on_hand >= 0),
  reserved  int not null default 0 check (reserved between 0 and on_hand)
);

-- An order's reservation has a state of its own: the idempotency key is no substitute for it.
create table inventory.reservations (
  order_id  text not null,
  sku       text not null references inventory.stock,
  quantity  int not null check (quantity > 0),
  state     text not null check (state in ('reserved', 'released', 'shipped')),
  primary key (order_id, sku)
);
create index reservations_open on inventory.reservations (sku) where state = 'reserved';
