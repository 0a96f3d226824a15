#!/usr/bin/env bash
# A short storm over a fleet: machines stopped, killed and cut off, the database killed, while a day and money end. `make fleet-storm` is
# the long one.
exec "$(dirname "$0")/../storm/fleet" --rows 4000 --machines 3 --rate 300 --day 2500 --rest 9
