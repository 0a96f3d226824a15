// What any honest client of such an API must do, and no more: reads the rows of a CSV file, builds a body of
// each, parses the answer, and writes a line. It books nothing, knows no limits, tries nothing again, and
// what it has done is lost when it dies. libcurl as in minimal.c, libcsv, cJSON, stdio.
//
//   honest URL CSV-FILE PROMPT-FILE OUTPUT REQUESTS IN-FLIGHT
//
// The rows have the columns artist_id, name and data. The answers are chat completions or Anthropic's
// messages. Prints: requests answered with 200, others, seconds.
#include <cjson/cJSON.h>
#include <csv.h>
#include <curl/curl.h>
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#define MOST_EVENTS 512
#define MOST_ROWS 64 // read ahead of those that leave
#define FIELDS 3
#define NEVER INT64_MAX

struct row {
    char *field[FIELDS];
};

struct exchange {
    CURL *easy;
    struct row row;
    char *body;
    char *answer;
    size_t length, room;
};

static struct {
    FILE *file;
    struct csv_parser parser;
    struct row row[MOST_ROWS];
    size_t first, count, field;
    bool head; // has been read
    bool end;
} input;

static CURLM *multi;
static int epoll_fd;
static int64_t deadline = NEVER; // milliseconds
static FILE *output;
static char *prompt;
static long to_start, running, good, others;

static int64_t now_ms(void) {
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

// ---- rows ----

static void on_field(void *text, size_t length, void *context) {
    struct row *row = &input.row[(input.first + input.count) % MOST_ROWS];
    (void)context;
    if (input.field < FIELDS) {
        row->field[input.field++] = strndup(text, length);
    }
}

static void on_row(int end, void *context) {
    struct row *row = &input.row[(input.first + input.count) % MOST_ROWS];
    (void)end, (void)context;
    if (input.head) {
        input.count++;
    } else {
        for (size_t i = 0; i < input.field; i++) {
            free(row->field[i]);
        }
    }
    input.head = true;
    input.field = 0;
}

static bool next_row(struct row *row) {
    char *line = NULL;
    size_t size = 0;
    while (input.count == 0 && !input.end) {
        ssize_t length = getline(&line, &size, input.file);
        input.end = length < 0;
        if (length > 0 &&
            csv_parse(&input.parser, line, (size_t)length, on_field, on_row, NULL) != (size_t)length) {
            errx(1, "the input is no CSV");
        }
    }
    free(line);
    if (input.count == 0) {
        return false;
    }
    *row = input.row[input.first];
    input.first = (input.first + 1) % MOST_ROWS;
    input.count--;
    return true;
}

// ---- one exchange ----

static char *body_of(const struct row *row) {
    char *text = NULL;
    cJSON *root = cJSON_CreateObject();
    if (asprintf(&text, prompt, row->field[1], row->field[2]) < 0) {
        err(1, "body");
    }
    (void)cJSON_AddStringToObject(root, "model", "gpt-4o-mini");
    (void)cJSON_AddNumberToObject(root, "max_tokens", 1024);
    cJSON *message = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(message, "role", "user");
    (void)cJSON_AddStringToObject(message, "content", text);
    (void)cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "messages"), message);
    char *body = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    free(text);
    return body;
}

static void add_line(const struct exchange *exchange, const cJSON *root) {
    const cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "choices"), 0);
    const cJSON *usage = cJSON_GetObjectItem(root, "usage");
    bool chat = choice != NULL;
    const cJSON *text =
        chat ? cJSON_GetObjectItem(cJSON_GetObjectItem(choice, "message"), "content")
             : cJSON_GetObjectItem(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "content"), 0), "text");
    const cJSON *ending =
        chat ? cJSON_GetObjectItem(choice, "finish_reason") : cJSON_GetObjectItem(root, "stop_reason");
    const cJSON *in = cJSON_GetObjectItem(usage, chat ? "prompt_tokens" : "input_tokens");
    const cJSON *out = cJSON_GetObjectItem(usage, chat ? "completion_tokens" : "output_tokens");
    if (!cJSON_IsString(text) || !cJSON_IsString(ending) || !cJSON_IsNumber(in) || !cJSON_IsNumber(out)) {
        errx(1, "an answer of another shape");
    }
    cJSON *line = cJSON_CreateObject();
    (void)cJSON_AddStringToObject(line, "artist_id", exchange->row.field[0]);
    (void)cJSON_AddStringToObject(line, "name", exchange->row.field[1]);
    (void)cJSON_AddStringToObject(line, "biography", text->valuestring);
    (void)cJSON_AddStringToObject(line, "finish_reason", ending->valuestring);
    (void)cJSON_AddNumberToObject(line, "input_tokens", in->valuedouble);
    (void)cJSON_AddNumberToObject(line, "output_tokens", out->valuedouble);
    char *printed = cJSON_PrintUnformatted(line);
    (void)fprintf(output, "%s\n", printed);
    cJSON_Delete(line);
    free(printed);
}

static size_t on_body(char *bytes, size_t one, size_t length, void *context) {
    struct exchange *exchange = context;
    (void)one;
    if (exchange->length + length > exchange->room) {
        exchange->room = (exchange->length + length) * 2;
        exchange->answer = realloc(exchange->answer, exchange->room);
    }
    if (exchange->answer == NULL) {
        return 0;
    }
    memcpy(exchange->answer + exchange->length, bytes, length);
    exchange->length += length;
    return length;
}

static void start(struct exchange *exchange) {
    exchange->length = 0;
    if (to_start > 0 && next_row(&exchange->row)) {
        exchange->body = body_of(&exchange->row);
        (void)curl_easy_setopt(exchange->easy, CURLOPT_POSTFIELDS, exchange->body);
        (void)curl_multi_add_handle(multi, exchange->easy);
        to_start--;
        running++;
    }
}

static void end(struct exchange *exchange, CURLcode result) {
    long status = 0;
    (void)curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    cJSON *root = result == CURLE_OK ? cJSON_ParseWithLength(exchange->answer, exchange->length) : NULL;
    if (root != NULL && status == 200) {
        add_line(exchange, root);
        good++;
    } else {
        others++;
    }
    cJSON_Delete(root);
    running--;
    (void)curl_multi_remove_handle(multi, exchange->easy);
    free(exchange->body);
    for (size_t i = 0; i < FIELDS; i++) {
        free(exchange->row.field[i]);
    }
    start(exchange);
}

// ---- libcurl, as in minimal.c ----

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known) {
    struct epoll_event event = {.data = {.fd = fd}};
    (void)easy, (void)context;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    event.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) | (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
    (void)epoll_ctl(epoll_fd, known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    (void)curl_multi_assign(multi, fd, &epoll_fd);
    return 0;
}

static int on_timer(CURLM *of, long milliseconds, void *context) {
    (void)of, (void)context;
    deadline = milliseconds < 0 ? NEVER : now_ms() + milliseconds;
    return 0;
}

static void collect(void) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        struct exchange *exchange = NULL;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
        end(exchange, message->data.result);
    }
}

static void run(void) {
    struct epoll_event event[MOST_EVENTS];
    int still;
    while (running > 0) {
        int64_t time = now_ms();
        if (deadline <= time) {
            deadline = NEVER;
            (void)curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &still);
            collect();
        }
        int wait = deadline == NEVER ? 1000 : deadline <= time ? 0 : (int)(deadline - time);
        int count = epoll_wait(epoll_fd, event, MOST_EVENTS, running > 0 ? wait : 0);
        for (int i = 0; i < count; i++) {
            int what = (event[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
                       (event[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
                       (event[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
            (void)curl_multi_socket_action(multi, event[i].data.fd, what, &still);
            collect();
        }
    }
}

static void make(struct exchange *exchange, const char *url, struct curl_slist *headers) {
    CURL *easy = exchange->easy = curl_easy_init();
    if (easy == NULL) {
        errx(1, "no memory");
    }
    (void)curl_easy_setopt(easy, CURLOPT_URL, url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, (void *)exchange);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, (void *)exchange);
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
}

// "{{name}}" and "{{data}}", in this order, become places of printf's.
static void read_prompt(const char *path) {
    size_t size = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL || getdelim(&prompt, &size, '\0', file) < 0) {
        err(1, "%s", path);
    }
    (void)fclose(file);
    for (char *place; (place = strstr(prompt, "{{")) != NULL;) {
        place[0] = '%';
        place[1] = 's';
        memmove(place + 2, place + 8, strlen(place + 8) + 1);
    }
}

static void begin(char **argv) {
    input.file = fopen(argv[2], "r");
    read_prompt(argv[3]);
    output = fopen(argv[4], "w");
    to_start = strtol(argv[5], NULL, 10);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (input.file == NULL || output == NULL || epoll_fd < 0 ||
        curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK ||
        csv_init(&input.parser, CSV_STRICT | CSV_APPEND_NULL) != 0) {
        err(2, "cannot begin");
    }
    multi = curl_multi_init();
    (void)curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, strtol(argv[6], NULL, 10));
}

int main(int argc, char **argv) {
    if (argc != 7) {
        errx(2, "usage: honest URL CSV-FILE PROMPT-FILE OUTPUT REQUESTS IN-FLIGHT");
    }
    struct timespec from, to;
    (void)clock_gettime(CLOCK_MONOTONIC, &from);
    begin(argv);
    long at_once = strtol(argv[6], NULL, 10);
    struct curl_slist *headers = curl_slist_append(NULL, "Authorization: Bearer sk-bench");
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    struct exchange *exchange = calloc((size_t)at_once, sizeof(*exchange));
    for (long i = 0; exchange != NULL && i < at_once; i++) {
        make(&exchange[i], argv[1], headers);
        start(&exchange[i]);
    }
    run();
    if (fclose(output) != 0) {
        err(1, "%s", argv[4]);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &to);
    for (long i = 0; exchange != NULL && i < at_once; i++) {
        curl_easy_cleanup(exchange[i].easy);
        free(exchange[i].answer);
    }
    (void)curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    csv_free(&input.parser);
    (void)fclose(input.file);
    free(exchange);
    free(prompt);
    printf("%ld %ld %.6f\n", good, others,
           (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
    return good > 0 ? 0 : 1;
}
