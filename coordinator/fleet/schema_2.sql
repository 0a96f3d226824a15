-- Version 2 of a fleet's tables: what is new since the first one. Functions of the first protocol keep their names and what they
-- mean; one that takes or answers something else is new, with the next number. So members of both may be at work.
UPDATE ration.protocol SET newest = 2;
