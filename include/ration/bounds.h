// How many of each there may be. The arena has room for so many; options and settings check against them.
#ifndef RATION_BOUNDS_H
#define RATION_BOUNDS_H

#define BOUNDS_SLOTS 64
#define BOUNDS_SESSIONS 16

#endif
