// What followers.c and followers_serve.c share.
#ifndef RATION_FOLLOWERS_PARTS_H
#define RATION_FOLLOWERS_PARTS_H

#include "crew/committed_tail.h"
#include "input/identical.h"
#include "ration/output.h"
#include "ration/record_reader.h"
#include "ration/request.h"
#include "ration/result_line.h"
#include "ration/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct followers {
    struct identical *identical;
    struct record_reader *reader;
    struct request_maker *maker; // NULL: lines have no requests
    struct text head, body;      // of the line that is made
    struct committed_tail tail[OUTPUT_FILES];
    uint32_t waiting, served;
    uint32_t told; // of those that are served
    uint64_t told_at;
    bool settled; // all others have a verdict, and nobody has a line that was not looked at
    bool pending;
    bool disk_told;
    // a leader's line, from that file, and who of its followers is next; NULL: none is in hand
    const struct identical_follower *next;
    struct result_read leader;
    enum output_file file;
    size_t length; // of that line
    // lines that wait for their append to one file
    enum output_file to;
    struct text text;
    uint32_t artist[OUTPUT_MAX_LINES];
    size_t lines;
};

#endif
