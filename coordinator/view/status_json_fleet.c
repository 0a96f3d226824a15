#include "view/status_json_fleet.h"

#include "view/figures_fleet.h"
#include "view/json_fields.h"

void status_json_fleet(cJSON *root, const struct run_status *status) {
    const struct snapshot_fleet *fleet = &status->now.gossip.fleet;
    if (fleet->run[0] == '\0') {
        json_fields_text(root, "fleet", NULL);
        return;
    }
    figures_json(root, &figures_fleet, status, 0);
    cJSON *object = json_fields_object(root, "fleet");
    json_fields_text(object, "name", fleet->run);
    json_fields_text(object, "phase", fleet->phase);
    cJSON *list = json_fields_array(object, "machines");
    for (uint32_t i = 0; i < fleet->machines; i++) {
        cJSON *item = json_fields_item(list);
        json_fields_text(item, "host", fleet->machine[i].host);
        json_fields_text(item, "member", fleet->machine[i].id);
        json_fields_text(item, "state", fleet->machine[i].state);
        json_fields_count(item, "self", fleet->machine[i].self);
        figures_json(item, &figures_fleet_machines, status, i);
    }
}
