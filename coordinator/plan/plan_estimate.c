#include "plan/plan_estimate.h"

#include "input/identical.h"
#include "ration/clock.h"
#include "ration/log.h"
#include "ration/record_reader.h"
#include "ration/request.h"

#include <inttypes.h>
#include <math.h>

static int read_all(struct record_reader *reader, struct request_maker *maker,
                    struct plan_estimate *estimate) {
    struct record record;
    enum record_status status = record_reader_header(reader);
    for (uint32_t artist = 0; artist < estimate->artists && status == RECORD_OK; artist++) {
        status = record_reader_next(reader, &record);
        if (status == RECORD_OK && request_prepare(maker, &record) != 0) {
            log_fatal("run", "out of memory");
            return -1;
        }
        if (status == RECORD_OK) {
            estimate->bytes += request_prompt_bytes(maker);
        }
    }
    if (status != RECORD_OK) { // it was found in order a moment ago
        log_fatal("input", "%s",
                  status == RECORD_END ? "the input has become shorter" : record_reader_message(reader));
        return -1;
    }
    return 0;
}

static void fill(const struct options *options, const struct settings *settings,
                 struct plan_estimate *estimate) {
    double bytes = (double)estimate->bytes / (double)(estimate->artists > 0 ? estimate->artists : 1);
    estimate->input_tokens =
        bytes / PLAN_ESTIMATE_BYTES_A_TOKEN + (estimate->stored ? PLAN_ESTIMATE_STORED : 0);
    estimate->output_assumed = options->max_output_tokens == 0;
    uint64_t most = settings->max_output_tokens > 0 ? settings->max_output_tokens : UINT64_MAX;
    uint64_t usual = PLAN_ESTIMATE_OUTPUT < most ? PLAN_ESTIMATE_OUTPUT : most;
    estimate->output_tokens = (double)(estimate->output_assumed ? usual : options->max_output_tokens);
}

// platform.openai.com/docs, prompt caching: by 128 tokens.
static double kept_of(const struct provider *provider, double tokens) {
    return provider->caching == PROVIDER_CACHES_KEYED ? 128 * floor(tokens / 128) : tokens;
}

void plan_estimate_learn(const struct plan_past *past, struct plan_estimate *estimate) {
    estimate->past = *past;
    if (past->artists > 0) {
        estimate->input_tokens = (double)past->tokens.input / (double)past->artists;
        estimate->output_tokens = (double)past->tokens.output / (double)past->artists;
        estimate->output_assumed = false;
    }
}

int plan_estimate_take(const struct options *options, const struct config *config,
                       const struct input_open *input, const struct input_index *index,
                       struct plan_estimate *estimate) {
    const struct settings *settings = &config->settings;
    *estimate = (struct plan_estimate){
        .artists = index->artists, .left = index->artists, .stored = settings->prompt_id != NULL};
    struct record_reader *reader = record_reader_new(input->fd, input->name, input->format);
    if (reader != NULL) {
        record_reader_set_shape(reader, &index->shape);
    }
    struct request_maker *maker = request_new(settings, NULL);
    int result = -1;
    if (reader == NULL || maker == NULL) {
        log_fatal("run", "out of memory");
    } else {
        result = read_all(reader, maker, estimate);
    }
    request_free(maker);
    record_reader_free(reader);
    fill(options, settings, estimate);
    estimate->kept_tokens = kept_of(config->provider, (double)settings->kept_tokens);
    const struct identical_input same = {input->fd, input->name, index, settings};
    estimate->once = options->identical == OPTIONS_IDENTICAL_ONCE;
    return result == 0 ? identical_count(&same, &estimate->identical) : result;
}

uint32_t plan_estimate_asked(const struct plan_estimate *estimate) {
    uint32_t same = estimate->once ? estimate->identical : 0;
    return estimate->left > same ? estimate->left - same : 0;
}

uint64_t plan_estimate_latency(double output_tokens) {
    return PLAN_ESTIMATE_FIRST_TOKEN * CLOCK_MS +
           (uint64_t)(output_tokens / PLAN_ESTIMATE_TOKENS_A_SECOND * (double)CLOCK_SECOND);
}
