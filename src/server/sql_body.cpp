#include "server/sql_body.hpp"

namespace schema_audit::server {

FunctionBody body_of(const CreateFunctionStmt *tree) {
    FunctionBody body;
    const ListCell *cell = nullptr;
    foreach (cell, tree->options) {
        const auto *option = lfirst_node(DefElem, cell);
        const std::string_view name = option->defname;
        if (name == "language" && option->arg != nullptr && IsA(option->arg, String)) {
            body.language = strVal(option->arg);
        } else if (name == "as" && option->arg != nullptr && IsA(option->arg, List)) {
            // Of a library function it is the file, and then the name in it.
            const auto *texts = reinterpret_cast<const List *>(option->arg);
            body.text = list_length(texts) == 1 ? strVal(linitial(texts)) : nullptr;
            body.text_location = option->location > 0 ? static_cast<std::size_t>(option->location) : 0;
        }
    }
    if (tree->sql_body == nullptr) {
        return body;
    }
    body.language = "sql";
    if (!IsA(tree->sql_body, List)) {
        body.atomic.push_back(tree->sql_body);
        return body;
    }
    // A list with the list of the statements.
    foreach (cell, linitial_node(List, reinterpret_cast<const List *>(tree->sql_body))) {
        if (const auto *statement = static_cast<const Node *>(lfirst(cell))) {
            body.atomic.push_back(statement);
        }
    }
    return body;
}

}  // namespace schema_audit::server
