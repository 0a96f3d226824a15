// The token that changing calls over HTTP need: from --http-token-file, or made for this run and left in its
// folder, where only its user can read it.
#ifndef RATION_HTTP_TOKEN_H
#define RATION_HTTP_TOKEN_H

#include "control/run_folder.h"

#define HTTP_TOKEN_LEAST 16U
#define HTTP_TOKEN_MOST 1024U
#define HTTP_TOKEN_SIZE (HTTP_TOKEN_MOST + 1)

// 0, or -1 after telling: the file cannot be read, others may read it, or it is no token.
int http_token_read(const char *path, char out[HTTP_TOKEN_SIZE]);

// Makes one and writes it to RUN_FOLDER_TOKEN of the folder. 0, or -1 with errno.
int http_token_make(const struct run_folder *folder, char out[HTTP_TOKEN_SIZE]);

#endif
