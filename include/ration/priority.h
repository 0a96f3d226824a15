// How urgent an artist is. High ones leave first, whoever has them.
#ifndef RATION_PRIORITY_H
#define RATION_PRIORITY_H

enum priority { PRIORITY_HIGH, PRIORITY_NORMAL, PRIORITY_LOW, PRIORITIES };

#endif
