-- The GUID of a booking, by which its system may name it later: a cancellation in Nexudus does.
alter table src.bookings add column source_uid text;
