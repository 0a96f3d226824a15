#include "schema/pattern_escape.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// White space and line ends of ECMAScript, and all else, as they stand in a class.
#define SPACE                                                                                              \
    "\\x09-\\x0d\\x20\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{" \
    "feff}"
#define NO_SPACE                                                                                 \
    "\\x00-\\x08\\x0e-\\x1f\\x21-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}" \
    "\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}"

static bool refuse(struct pattern_out *out, const char *words) {
    out->words = words;
    return false;
}

static bool put_character(struct pattern_out *out, uint32_t character) {
    char text[16];
    if (character > 0x10ffff || (character >= 0xd800 && character < 0xe000)) {
        return refuse(out, "there is no such character");
    }
    (void)snprintf(text, sizeof(text), "\\x{%x}", (unsigned)character);
    text_add_string(&out->text, text);
    return true;
}

// ---- characters by number ----

static bool hex(const char **at, unsigned digits, uint32_t *number) {
    *number = 0;
    for (; digits > 0; digits--, (*at)++) {
        if (!isxdigit((unsigned char)**at)) {
            return false;
        }
        const char digit[2] = {**at, '\0'};
        *number = *number * 16 + (uint32_t)strtoul(digit, NULL, 16);
    }
    return true;
}

// Behind \u: four digits, two times four of a surrogate pair, or any number in braces.
static bool take_unicode(struct pattern_out *out, const char **at) {
    uint32_t number, low;
    if (**at == '{') {
        unsigned digits = 0;
        while (isxdigit((unsigned char)(*at)[digits + 1]) && digits < 7) {
            digits++;
        }
        (*at)++;
        if (digits == 0 || !hex(at, digits, &number) || **at != '}') {
            return refuse(out, "\\u{ needs hexadecimal digits and a }");
        }
        (*at)++;
        return put_character(out, number);
    }
    if (!hex(at, 4, &number)) {
        return refuse(out, "\\u needs four hexadecimal digits");
    }
    if (number >= 0xd800 && number < 0xdc00 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        const char *pair = *at + 2;
        if (hex(&pair, 4, &low) && low >= 0xdc00 && low < 0xe000) {
            *at = pair;
            number = 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return put_character(out, number);
}

// ---- properties ----

// Names of general categories that PCRE2 knows by their letters only.
static const char *const categories[][2] = {
    {"Letter", "L"},
    {"Cased_Letter", "L&"},
    {"LC", "L&"},
    {"Uppercase_Letter", "Lu"},
    {"Lowercase_Letter", "Ll"},
    {"Titlecase_Letter", "Lt"},
    {"Modifier_Letter", "Lm"},
    {"Other_Letter", "Lo"},
    {"Mark", "M"},
    {"Combining_Mark", "M"},
    {"Nonspacing_Mark", "Mn"},
    {"Spacing_Mark", "Mc"},
    {"Enclosing_Mark", "Me"},
    {"Number", "N"},
    {"Decimal_Number", "Nd"},
    {"digit", "Nd"},
    {"Letter_Number", "Nl"},
    {"Other_Number", "No"},
    {"Punctuation", "P"},
    {"punct", "P"},
    {"Connector_Punctuation", "Pc"},
    {"Dash_Punctuation", "Pd"},
    {"Open_Punctuation", "Ps"},
    {"Close_Punctuation", "Pe"},
    {"Initial_Punctuation", "Pi"},
    {"Final_Punctuation", "Pf"},
    {"Other_Punctuation", "Po"},
    {"Symbol", "S"},
    {"Math_Symbol", "Sm"},
    {"Currency_Symbol", "Sc"},
    {"Modifier_Symbol", "Sk"},
    {"Other_Symbol", "So"},
    {"Separator", "Z"},
    {"Space_Separator", "Zs"},
    {"Line_Separator", "Zl"},
    {"Paragraph_Separator", "Zp"},
    {"Other", "C"},
    {"Control", "Cc"},
    {"cntrl", "Cc"},
    {"Format", "Cf"},
    {"Surrogate", "Cs"},
    {"Private_Use", "Co"},
    {"Unassigned", "Cn"},
};

// {Letter} {L} {gc=L} {General_Category=L} {Script=Greek} {sc=Greek} {Alphabetic}
static bool take_property(struct pattern_out *out, const char **at, char letter) {
    size_t length = **at == '{' ? strcspn(*at, "}") : 0;
    char name[64];
    if (length < 2 || length > sizeof(name) || (*at)[length] != '}') {
        return refuse(out, "\\p needs the name of a property in braces");
    }
    memcpy(name, *at + 1, length - 1);
    name[length - 1] = '\0';
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=")] != '\0') {
        return refuse(out, "a property's name has letters, digits, _ and =");
    }
    *at += length + 1;
    const char *value = name;
    if (strncmp(name, "gc=", 3) == 0 || strncmp(name, "General_Category=", 17) == 0) {
        value = strchr(name, '=') + 1;
    }
    for (size_t i = 0; i < sizeof(categories) / sizeof(categories[0]); i++) {
        value = strcmp(value, categories[i][0]) == 0 ? categories[i][1] : value;
    }
    text_add(&out->text, letter == 'p' ? "\\p{" : "\\P{", 3);
    text_add_string(&out->text, value);
    text_add(&out->text, "}", 1);
    return true;
}

// ---- back references ----

static bool take_reference(struct pattern_out *out, const char **at, char letter, bool in_class) {
    char number[16];
    out->refers_back = true;
    if (in_class) {
        return refuse(out, "a class has no references to groups");
    }
    if (letter == 'k') {
        size_t length = **at == '<' ? strcspn(*at, ">") : 0;
        if (length < 2 || (*at)[length] != '>') {
            return refuse(out, "\\k needs the name of a group in < >");
        }
        text_add(&out->text, "\\k", 2);
        text_add(&out->text, *at, length + 1);
        *at += length + 1;
        return true;
    }
    const char *first = *at - 1;
    size_t digits = strspn(first, "0123456789");
    if (digits > 3) {
        return refuse(out, "there are not so many groups");
    }
    (void)snprintf(number, sizeof(number), "\\g{%.*s}", (int)digits, first);
    text_add_string(&out->text, number);
    *at = first + digits;
    return true;
}

// ---- all of them ----

static bool take_space(struct pattern_out *out, char letter, bool in_class) {
    bool space = letter == 's';
    if (in_class) {
        text_add_string(&out->text, space ? SPACE : NO_SPACE);
    } else {
        text_add_string(&out->text, space ? "[" SPACE "]" : "[^" SPACE "]");
    }
    return true;
}

static bool take_control(struct pattern_out *out, const char **at) {
    if (!isalpha((unsigned char)**at)) {
        return refuse(out, "\\c needs a letter");
    }
    return put_character(out, (uint32_t)(*(*at)++ & 31));
}

static bool take_hex(struct pattern_out *out, const char **at) {
    uint32_t number;
    return hex(at, 2, &number) ? put_character(out, number) : refuse(out, "\\x needs two hexadecimal digits");
}

static bool take_zero(struct pattern_out *out, const char **at) {
    return isdigit((unsigned char)**at) ? refuse(out, "ECMAScript has no octal numbers here")
                                        : put_character(out, 0);
}

bool pattern_escape_take(struct pattern_out *out, const char **at, const char *end, bool in_class) {
    static const char same[] = "dDwWtnfr"; // mean the same to both
    char two[2] = {'\\', '\0'};
    if (*at + 1 >= end) {
        return refuse(out, "nothing follows the last \\");
    }
    two[1] = (*at)[1];
    *at += 2;
    if (strchr(same, two[1]) != NULL || (!in_class && (two[1] == 'b' || two[1] == 'B'))) {
        text_add(&out->text, two, 2);
        return true;
    }
    switch (two[1]) {
    case 'b': // in a class: the backspace
        return put_character(out, '\b');
    case 'v':
        return put_character(out, '\v');
    case '0':
        return take_zero(out, at);
    case 's':
    case 'S':
        return take_space(out, two[1], in_class);
    case 'c':
        return take_control(out, at);
    case 'x':
        return take_hex(out, at);
    case 'u':
        return take_unicode(out, at);
    case 'p':
    case 'P':
        return take_property(out, at, two[1]);
    default:
        break;
    }
    if (two[1] == 'k' || (two[1] >= '1' && two[1] <= '9')) {
        return take_reference(out, at, two[1], in_class);
    }
    if (isalnum((unsigned char)two[1])) {
        return refuse(out, "ECMAScript has no such escape");
    }
    if ((unsigned char)two[1] < 0x80) { // it means itself
        text_add(&out->text, two, 2);
    } else {
        text_add(&out->text, two + 1, 1); // the first byte of a character; the others follow
    }
    return true;
}
