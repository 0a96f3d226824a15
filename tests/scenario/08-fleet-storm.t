#!/usr/bin/env bash
# A short storm over a fleet: machines stopped, killed and cut off, the database killed. `make fleet-storm` is the long one.
exec "$(dirname "$0")/../storm/fleet" 5000 3 300
