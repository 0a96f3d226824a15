#include "plan/forecast_spend.h"

void forecast_spend_add(struct forecast_spend *spend, struct forecast_spend_point now) {
    if (now.artists < spend->now.artists || now.spent < spend->now.spent) {
        return;
    }
    spend->now = now;
    if (now.artists > 0 && now.artists >= 2 * spend->young.artists) {
        spend->old = spend->young;
        spend->young = now;
    }
}

double forecast_spend_lately(const struct forecast_spend *spend, double filled) {
    uint64_t artists = spend->now.artists - spend->old.artists;
    double spent = (double)(spend->now.spent - spend->old.spent);
    if (spend->old.artists == 0 && filled > 0 && filled < spent) {
        spent -= filled;
    }
    return artists > 0 ? spent / (double)artists : 0;
}
