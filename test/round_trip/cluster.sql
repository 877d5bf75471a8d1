-- What fixtures and seeds need and no database holds.
SET client_min_messages = error;
CREATE ROLE round_trip_reader;
CREATE ROLE "round trip, writer" IN ROLE round_trip_reader;
