#include "input/sample.h"

void sample_begin(struct sample *sample, const uint32_t of[PRIORITIES], uint32_t wanted) {
    uint64_t all = 0, given = 0;
    *sample = (struct sample){0};
    for (int p = 0; p < PRIORITIES; p++) {
        sample->of[p] = of[p];
        all += of[p];
    }
    wanted = wanted < all ? wanted : (uint32_t)all;
    // One of each as long as there is room, high ones first; then to whoever is furthest behind its share.
    for (int p = 0; p < PRIORITIES && given < wanted; p++) {
        sample->wanted[p] = of[p] > 0;
        given += sample->wanted[p];
    }
    for (; given < wanted; given++) {
        int best = 0; // there is one, as not all are given
        double most = 0;
        for (int p = 0; p < PRIORITIES; p++) {
            double behind = (double)of[p] / ((double)sample->wanted[p] + 0.5);
            if (sample->wanted[p] < of[p] && behind > most) {
                best = p;
                most = behind;
            }
        }
        sample->wanted[best]++;
    }
}

// As evenly as whole numbers allow.
bool sample_takes(struct sample *sample, enum priority priority) {
    uint64_t at = sample->seen[priority]++;
    uint64_t of = sample->of[priority], wanted = sample->wanted[priority];
    return of > 0 && (at + 1) * wanted / of > at * wanted / of;
}
