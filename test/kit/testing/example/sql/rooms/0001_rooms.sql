create schema rooms;
create table rooms.notes (what text, booking text, seats int);
