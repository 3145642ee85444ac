-- What was ordered, as accepted: immutable. How an order stands is read from where it is true (its reservation, its
-- payment at the provider, its fate in kit.inbox), never from a copy here.
create schema orders;

create table orders.orders (
  order_id       text primary key,
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  goods_minor    bigint not null,
  charges_minor  bigint not null,
  country        text not null,
  accepted_at    timestamptz not null
);
create table orders.lines (
  order_id          text not null references orders.orders,
  line              int not null,          -- as in the order: the same SKU may stand in two lines
  sku               text not null,
  quantity          int not null check (quantity > 0),
  unit_price_minor  bigint not null,
  primary key (order_id, line)
);
