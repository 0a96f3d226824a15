// Names of providers and models, as price lists, requests and answers write them. Pure.
#ifndef RATION_PRICE_NAME_H
#define RATION_PRICE_NAME_H

#include <stdbool.h>
#include <stddef.h>

#define PRICE_PROVIDER_SIZE 32U

// What ration calls a provider of a price list: "google" is gemini, "together_ai" together. The name itself,
// cut, where it knows no other.
void price_name_provider(const char *name, size_t length, char out[PRICE_PROVIDER_SIZE]);

// How many bytes at the end of a model's name only say which version it is: "-2024-08-06", "-20251001-v1:0",
// "@20250929", "-latest". 0: none. So "gpt-4o-mini" is no gpt-4o, and "claude-opus-5-5" no claude-opus-5.
size_t price_name_version(const char *model);
// Whether all of the text says nothing but a version.
bool price_name_is_version(const char *rest);

#define PRICE_NAME_MOST 12U
#define PRICE_NAME_SIZE 128U

// Where a model's price may stand: under which provider, and by what name.
struct price_place {
    char provider[PRICE_PROVIDER_SIZE]; // "": whichever provider it is
    char model[PRICE_NAME_SIZE];
};
// The places of a model that a provider was asked for, or that answered there, the likeliest first; the last
// `makers` of them are those of whoever makes models, for providers that sell what others make. Returns how
// many there are, at most PRICE_NAME_MOST; a name too long has none.
size_t price_name_places(const char *provider, const char *model, struct price_place place[PRICE_NAME_MOST],
                         size_t *makers);

#endif
