// The body of a function, as far as CREATE FUNCTION has it in its text.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

struct FunctionBody {
    std::string language;
    const char *text = nullptr;        // AS '...'
    std::size_t text_location = 0;     // of AS, in the text that was parsed
    std::vector<const Node *> atomic;  // BEGIN ATOMIC ... END, RETURN ...

    [[nodiscard]] bool is_sql() const noexcept { return language == "sql"; }
    // Neither SQL nor the name of a function in a library.
    [[nodiscard]] bool is_opaque() const noexcept {
        return !is_sql() && language != "c" && language != "internal" && text != nullptr;
    }
};
FunctionBody body_of(const CreateFunctionStmt *tree);

}  // namespace schema_audit::server
