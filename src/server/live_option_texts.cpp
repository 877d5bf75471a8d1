#include "server/live_option_texts.hpp"

#include "server/live_reader.hpp"

namespace schema_audit::server {
namespace {

// What is stored as it was written, and means the same in several spellings.
const char *plain_spelling(char *value) {
    constexpr auto yes = std::to_array<const char *>({"on", "true", "yes"});
    constexpr auto no = std::to_array<const char *>({"off", "false", "no"});
    const auto among = [&](const auto &words) {
        return std::ranges::any_of(words, [&](const char *word) { return pg_strcasecmp(value, word) == 0; });
    };
    if (among(yes)) {
        return "true";
    }
    if (among(no)) {
        return "false";
    }
    // 0.10 and 0.1
    if (std::strchr(value, '.') != nullptr && std::strspn(value, "0123456789.") == std::strlen(value)) {
        std::size_t length = std::strlen(value);
        while (length > 1 && value[length - 1] == '0') {
            value[--length] = '\0';
        }
        if (value[length - 1] == '.') {
            value[length - 1] = '\0';
        }
    }
    return value;
}

int compare_texts(const void *a, const void *b) {
    return std::strcmp(*static_cast<char *const *>(a), *static_cast<char *const *>(b));
}

// The members of a text[] of "name=value", each made over, sorted: "a, b". Null when there are none.
using MakeOver = char *(*)(char *name, char *value, const char *prefix);
char *options_text(Datum options, MakeOver make_over, const char *prefix) {
    Datum *values = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(options), TEXTOID, -1, false, TYPALIGN_INT, &values, nullptr, &count);
    auto **texts = static_cast<char **>(palloc(sizeof(char *) * static_cast<Size>(count + 1)));
    int kept = 0;
    for (int i = 0; i < count; ++i) {
        char *name = TextDatumGetCString(values[i]);
        if (std::string_view(name).starts_with(version_option)) {
            continue;  // the server's own
        }
        char *value = std::strchr(name, '=');
        if (value != nullptr) {
            *value++ = '\0';
        }
        texts[kept++] = make_over(name, value == nullptr ? pstrdup("") : value, prefix);
    }
    qsort(texts, static_cast<std::size_t>(kept), sizeof(char *), compare_texts);
    StringInfoData result;
    initStringInfo(&result);
    for (int i = 0; i < kept; ++i) {
        appendStringInfo(&result, "%s%s", i == 0 ? "" : ", ", texts[i]);
    }
    return kept == 0 ? nullptr : result.data;
}

}  // namespace

char *parameters_text(Datum options, const char *prefix) {
    return options_text(
        options,
        [](char *name, char *value, const char *before) {
            return psprintf("%s%s=%s", before, name, plain_spelling(value));
        },
        prefix);
}

char *foreign_options_text(Datum options) {
    return options_text(
        options,
        [](char *name, char *value, const char *) {
            return psprintf("%s %s", ::quote_identifier(name), quote_literal_cstr(value));
        },
        "");
}

char *class_options_text(Datum options) {
    return options_text(
        options,
        [](char *name, char *value, const char *) {
            return psprintf("%s=%s", ::quote_identifier(name), quote_literal_cstr(value));
        },
        "");
}

const char *storage_text(char storage) noexcept {
    switch (storage) {
        case TYPSTORAGE_PLAIN:
            return "PLAIN";
        case TYPSTORAGE_EXTERNAL:
            return "EXTERNAL";
        case TYPSTORAGE_MAIN:
            return "MAIN";
        default:
            return "EXTENDED";
    }
}

}  // namespace schema_audit::server
