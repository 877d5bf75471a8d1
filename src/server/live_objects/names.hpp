// Names of what objects refer to, as SQL and independent of settings: qualified, unless in pg_catalog.
//
// Server functions; results are palloc'd. They raise "cache lookup failed" for what is gone, so call them in
// ObjectReader::for_each, which then marks the object.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

[[noreturn]] void raise_vanished(const char *what, Oid oid);
// What a look-up found, or raises.
template <class T>
T *found_or_raise(T *text, const char *what, Oid oid) {
    if (text == nullptr) {
        raise_vanished(what, oid);
    }
    return text;
}

char *qualified_text(Oid name_space, const char *name);
char *type_text(Oid type, std::int32_t typmod = -1);
char *function_text(Oid function);            // without arguments
char *function_signature_text(Oid function);  // with their types
char *operator_text(Oid oper);                // app.=, without arguments
char *operator_signature_text(Oid oper);      // app.=(app.t, app.t)
char *operator_class_text(Oid opclass);
char *access_method_text(Oid method);

// Appends "separator, keyword, value" to a list of options: "(INPUT = x, OUTPUT = y".
void append_option(StringInfo ddl, const char *keyword, const char *value);

// Sorts texts and joins them with a separator; null when there are none.
char *joined_texts(List *texts, const char *separator, bool sorted);

}  // namespace schema_audit::server
