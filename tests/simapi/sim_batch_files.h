/* The calls of the API of files. */
#ifndef SIMAPI_BATCH_FILES_H
#define SIMAPI_BATCH_FILES_H

#include "sim_state.h"

/* Each has been let in, and writes the answer or the refusal of x. now_ns: the batches' clock. */
void sim_batch_files_upload(struct simulator *s, struct exchange *x, uint64_t now_ns);
void sim_batch_files_list(struct simulator *s, struct exchange *x, uint64_t now_ns);
void sim_batch_files_tell(struct simulator *s, struct exchange *x, uint64_t now_ns);
void sim_batch_files_delete(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* The bytes of a file: a download of x. */
void sim_batch_files_content(struct simulator *s, struct exchange *x, uint64_t now_ns);
/* The file at path as the download of x, whole or spoiled by lot. */
void sim_batch_files_hand_out(struct simulator *s, struct exchange *x, const char *path);

#endif
