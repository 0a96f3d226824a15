#include "system/temp_file.h"

#include "ration/file_io.h"

#include <stdlib.h>

int temp_file_open(void) {
    const char *folder = getenv("TMPDIR");
    return file_io_nameless(folder != NULL && folder[0] != '\0' ? folder : "/tmp");
}
