// How urgent an artist is. High ones leave first, whoever has them. A follower is of none of them, and no
// order is for it, because another artist is asked the same: see coordinator/crew/followers.h.
#ifndef RATION_PRIORITY_H
#define RATION_PRIORITY_H

enum priority { PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW, PRIORITIES, PRIORITY_FOLLOWER = PRIORITIES };

#endif
