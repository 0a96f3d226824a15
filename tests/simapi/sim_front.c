#include "sim_front.h"

static const char page[] =
    "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n"
    "<center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";

bool sim_front_enter(struct simulator *s, struct exchange *x) {
    if (s->options->at_once && s->busy >= s->options->at_once) {
        x->record.status = 429;
        x->record.limit = "at-once";
        sim_text_puts(&x->answer, "{\"error\":{\"message\":\"Too many requests at once.\"}}");
        sim_front_refuse(s, x);
        return false;
    }
    s->busy++;
    x->inside = true;
    return true;
}

void sim_front_leave(struct simulator *s, struct exchange *x) {
    s->busy -= x->inside;
    x->inside = false;
}

void sim_front_refuse(const struct simulator *s, struct exchange *x) {
    x->wait_ns = s->options->refused_wait_ns ? s->options->refused_wait_ns : x->wait_ns;
    if (s->options->refused_page) {
        x->page = true;
        x->answer.len = 0;
        sim_text_puts(&x->answer, page);
    }
}
