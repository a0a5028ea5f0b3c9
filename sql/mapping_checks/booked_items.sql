select distinct item_id from src.bookings where source = :source
