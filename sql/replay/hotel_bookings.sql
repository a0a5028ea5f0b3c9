-- The columns of a bookings file that say who is in the house; a row's number in the file is its only identity.
-- The day of arrival is worked out here, so that a date that is none is refused with the number of its row.
create schema raw
    create table hotel_bookings (
        row_number int primary key,
        hotel text not null,
        arrival_date_year int not null,
        arrival_date_month text not null,
        arrival_date_day_of_month int not null,
        stays_in_weekend_nights int not null constraint weekend_nights_are_not_negative check (stays_in_weekend_nights >= 0),
        stays_in_week_nights int not null constraint week_nights_are_not_negative check (stays_in_week_nights >= 0),
        assigned_room_type text not null,
        reservation_status text not null,
        reservation_status_date date not null,
        arrival date generated always as (
            make_date(
                arrival_date_year,
                array_position(
                    array[
                        'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September',
                        'October', 'November', 'December'
                    ],
                    arrival_date_month
                ),
                arrival_date_day_of_month
            )
        ) stored constraint month_is_an_english_name check (arrival is not null)
    )
