// What a statement that fires no event is about, for the log.
#pragma once

#include "core/guard/facts.hpp"

#include "server/call.hpp"

namespace schema_audit::server {

struct UtilityTarget {
    std::string object_type;
    std::string identity;  // as SQL names it; empty: nothing that the log is for
};

// `facts`: of the relations that it names and that are judged.
UtilityTarget target_of(const Node *tree, const guard::DdlStatement &statement, const guard::StatementFacts &facts);

}  // namespace schema_audit::server
