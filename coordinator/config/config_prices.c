#include "config/config_prices.h"

#include "config/config_request.h"
#include "prices/prices.h"
#include "ration/log.h"
#include "ration/money.h"
#include "ration/request_form.h"

#include <bsd/string.h>
#include <stdio.h>
#include <string.h>

#define PAIR_SIZE (2 * MONEY_TEXT_SIZE + 16)

// "$0.2500 and $1.25": of a million tokens of input, and of output.
static const char *describe(const struct tier_price *price, char out[PAIR_SIZE]) {
    char input[MONEY_TEXT_SIZE], output[MONEY_TEXT_SIZE];
    money_print(price->input * 1000, input);
    money_print(price->output * 1000, output);
    (void)snprintf(out, PAIR_SIZE, "%s and %s", input, output);
    return out;
}

static struct tier_price plain(const struct price *price, enum price_way way) {
    const struct price_rates *rates = &price->rates[way];
    return (struct tier_price){.input = rates->input, .output = rates->output};
}

static const char *form_of(const struct config *config, uint32_t session) {
    const char *own = config->settings.session_form[session];
    return *own != '\0' ? own : config->settings.form;
}

static const struct {
    const char *tier;
    enum price_way way;
} ways[] = {{"flex", PRICE_FLEX},
            {"priority", PRICE_PRIORITY},
            {"fast", PRICE_PRIORITY},
            {"ultrafast", PRICE_PRIORITY}};

static enum price_way way_named(const char *tier, size_t length) {
    for (size_t i = 0; tier != NULL && i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strlen(ways[i].tier) == length && strncmp(tier, ways[i].tier, length) == 0) {
            return ways[i].way;
        }
    }
    return PRICE_DEFAULT;
}

// What "auto" is, the account decides.
bool config_prices_dear_tier(const char *tier, size_t length) {
    bool any = length == 4 && strncmp(tier, "auto", 4) == 0;
    return any || way_named(tier, length) == PRICE_PRIORITY;
}

// How a session's requests ask to be served, as far as that changes their price.
static enum price_way way_of(const struct config *config, uint32_t session) {
    const char *form = form_of(config, session);
    size_t length = 0;
    if (config->settings.batch) {
        return PRICE_BATCH;
    }
    const char *tier = form != NULL ? request_form_text(form, "service_tier", &length) : NULL;
    return way_named(tier, length);
}

// The dearest way in which they may be answered, where a row may ask for its own.
static enum price_way dearest_of(const struct config *config, uint32_t session) {
    const char *form = form_of(config, session);
    size_t length = 0;
    if (config->settings.batch) {
        return PRICE_BATCH;
    }
    const char *tier = form != NULL ? request_form_text(form, "service_tier", &length) : NULL;
    bool dear = config->settings.row_dear || (tier != NULL && config_prices_dear_tier(tier, length));
    return dear ? PRICE_PRIORITY : way_of(config, session);
}

// The model that a session's requests name; "": none, or each row its own, or a name that no list can have.
static const char *asked(const struct config *config, uint32_t session, char out[PRICE_NAME_SIZE]) {
    const char *form = form_of(config, session);
    size_t length = 0;
    const char *model = form != NULL ? request_form_text(form, "model", &length) : NULL;
    if (model == NULL) {
        model = config->settings.session_model[session];
        length = model != NULL ? strlen(model) : 0;
    }
    (void)snprintf(out, PRICE_NAME_SIZE, "%.*s", length < PRICE_NAME_SIZE ? (int)length : 0,
                   model != NULL ? model : "");
    return out;
}

// The list's row of that model; NULL: it has none, or what is asked is not known.
static const struct price_entry *row_of(const struct config *config, uint32_t session) {
    char model[PRICE_NAME_SIZE];
    return *asked(config, session, model) != '\0'
               ? price_book_find(config->prices, config->sessions.one[session].provider, model)
               : NULL;
}

bool config_prices_known(const struct config *config, uint32_t session, enum price_way way) {
    const struct price_entry *row = row_of(config, session);
    return config->prices->session[session].ground == PRICE_OF_ASKED && row != NULL && row->known[way];
}

static void choose(const struct options *options, const struct config *config, uint32_t session) {
    const struct config_session *from = &config->sessions.one[session];
    struct price_session *to = &config->prices->session[session];
    const struct price_entry *row = row_of(config, session);
    (void)strlcpy(to->provider, from->provider, sizeof(to->provider));
    if (options->price.given || from->told) {
        const struct tier_price *told = options->price.given ? &options->price.each : &from->own;
        to->ground = PRICE_TOLD;
        to->price = price_plain(told->input, told->output);
    } else if (row != NULL) {
        to->ground = PRICE_OF_ASKED;
        to->price = row->price;
    } else if (tier_priced(&from->tier)) {
        to->ground = PRICE_OF_TIER;
        to->price = price_plain(from->tier.input, from->tier.output);
    }
}

// What is set aside for a request: the most that its tokens may cost.
static void set_limits(const struct price *price, enum price_way way, struct ledger_limits *limits) {
    limits->own_price = true;
    limits->price = price_most(price, way, false);
    limits->above = price->above;
    limits->price_above = price_most(price, way, true);
}

// A bound that nobody can keep is none.
static int check_known(const struct options *options, const struct config *config, uint32_t session,
                       const char *model, bool by_rows) {
    const struct config_session *of = &config->sessions.one[session];
    enum price_ground ground = config->prices->session[session].ground;
    // What another model costs says nothing of one that a row names.
    bool known = ground != PRICE_UNKNOWN && (ground != PRICE_OF_ASKED || *model == '\0' || !by_rows);
    if ((config->max_cost == 0 && config->max_cost_run == 0) || known) {
        return 0;
    }
    const char *at = options->sessions != NULL ? of->name : of->provider;
    const char *what = options->sessions != NULL ? "session" : "provider";
    const char *run = config->max_cost > 0 ? "" : "-run";
    if (*model == '\0') {
        log_fatal(
            "config",
            "--max-cost%s needs a price, and which model answers at %s %s is not known before: give "
            "--price IN,OUT, in dollars for a million tokens, or --model NAME, or a --tier that has prices",
            run, what, at);
    } else {
        log_fatal("config",
                  "--max-cost%s needs a price, and no list has one of the model %s at %s %s: give --price "
                  "IN,OUT, in dollars for a million tokens, or --prices FILE",
                  run, model, what, at);
    }
    return -1;
}

static void use(struct config *config, uint32_t session) {
    const struct price *price = &config->prices->session[session].price;
    enum price_way way = way_of(config, session);
    set_limits(price, dearest_of(config, session), &config->sessions.one[session].limits);
    config->rates[session] = price->rates[way];
    if (session == 0 || !tier_priced(&config->price)) {
        config->price = plain(price, way);
    }
    bool known = config->prices->session[session].ground != PRICE_UNKNOWN;
    config->free = (session == 0 || config->free) && known && !tier_priced(&config->price);
}

int config_prices_take(const struct options *options, struct config *config) {
    bool by_rows = config_request_by_rows(options) || options->params_column != NULL;
    config->prices = prices_take(options->prices.count, options->prices.text);
    if (config->prices == NULL) {
        return -1;
    }
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        char model[PRICE_NAME_SIZE];
        choose(options, config, i);
        if (!by_rows && check_known(options, config, i, asked(config, i, model), false) != 0) {
            return -1;
        }
        use(config, i);
    }
    return 0;
}

// No row costs more than the dearest of their models. *unknown: one of them that no list has, or "".
static void choose_of_rows(const struct config *config, uint32_t session, char unknown[PRICE_NAME_SIZE]) {
    struct price_session *to = &config->prices->session[session];
    const char *at = config->settings.row_models != NULL ? config->settings.row_models : "";
    struct price most = to->ground == PRICE_OF_ASKED ? to->price : (struct price){0};
    bool any = false;
    unknown[0] = '\0';
    for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1) {
        char model[PRICE_NAME_SIZE];
        bool whole = snprintf(model, sizeof(model), "%.*s", (int)(end - at), at) < (int)sizeof(model);
        const struct price_entry *row =
            whole ? price_book_find(config->prices, config->sessions.one[session].provider, model) : NULL;
        if (row != NULL) {
            price_raise(&most, &row->price);
            any = true;
        } else {
            (void)strlcpy(unknown, model, PRICE_NAME_SIZE);
        }
    }
    if (any && unknown[0] == '\0') {
        to->ground = PRICE_OF_ASKED;
        to->price = most;
    } else if (any) {
        price_raise(&to->price, &most);
    }
}

int config_prices_rows(const struct options *options, struct config *config) {
    bool by_rows = config_request_by_rows(options) || options->params_column != NULL;
    for (uint32_t i = 0; by_rows && i < config->sessions.count; i++) {
        char unknown[PRICE_NAME_SIZE] = "";
        if (config->prices->session[i].ground == PRICE_TOLD) {
            continue;
        }
        choose_of_rows(config, i, unknown);
        if (check_known(options, config, i, unknown, true) != 0) {
            return -1;
        }
        use(config, i);
    }
    return 0;
}

int config_prices_bound(const struct options *options, struct config *config) {
    if (config_request_by_rows(options) || options->params_column != NULL) {
        return config_prices_rows(options, config);
    }
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        char model[PRICE_NAME_SIZE];
        if (check_known(options, config, i, asked(config, i, model), false) != 0) {
            return -1;
        }
    }
    return 0;
}

// ---- what is told ----

static void tell_tier(const struct options *options, const struct config *config, uint32_t session) {
    const struct config_session *of = &config->sessions.one[session];
    const struct price_session *price = &config->prices->session[session];
    struct tier_price now = plain(&price->price, PRICE_DEFAULT);
    char tier[PAIR_SIZE], costs[PAIR_SIZE], model[PRICE_NAME_SIZE];
    if (price->ground != PRICE_OF_ASKED || !tier_priced(&of->tier) ||
        (now.input == of->tier.input && now.output == of->tier.output)) {
        return;
    }
    bool by_rows = *asked(config, session, model) == '\0';
    log_warn("config",
             "%s%s has %s for a million tokens of input and output, but the model%s%s costs %s, and that is "
             "charged; --price IN,OUT says otherwise",
             options->sessions != NULL ? "the tier of session " : "tier ",
             options->sessions != NULL ? of->name : config->tier.name, describe(&of->tier, tier),
             by_rows ? "s that rows name: the dearest" : " ", model, describe(&now, costs));
}

static bool tell_old(const struct config *config, uint32_t session, uint64_t wall) {
    const struct price_entry *row = row_of(config, session);
    bool ended = false;
    uint32_t days = row != NULL ? prices_old(row, wall, &ended) : 0;
    if (config->prices->session[session].ground != PRICE_OF_ASKED || days == 0) {
        return false;
    }
    char date[PRICE_DATE_SIZE];
    log_warn("config",
             "the price of the model %s %s %s, %u days ago; give --prices FILE with today's, or "
             "--price "
             "IN,OUT",
             row->model, ended ? "held until" : "was known on",
             price_book_date(ended ? row->until : row->date, date), days);
    return true;
}

void config_prices_tell(const struct options *options, const struct config *config, uint64_t wall) {
    bool old = false;
    for (uint32_t i = 0; i < config->sessions.count; i++) {
        const char *before = i > 0 ? config->settings.session_model[i - 1] : NULL;
        const char *model = config->settings.session_model[i];
        if (before == NULL || model == NULL || strcmp(model, before) != 0) {
            tell_tier(options, config, i);
        }
        old = old || tell_old(config, i, wall);
    }
}
