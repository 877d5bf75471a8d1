// What the catalogs say of the relations that a statement names, for the rules that judge it before it runs: read
// without waiting for a lock, so that a rejection never waits.
#pragma once

#include "core/guard/facts.hpp"
#include "core/guard/locks.hpp"

#include <map>
#include <tuple>

#include "server/server.hpp"

namespace schema_audit::server {

// What was read for the statements before, where none of them runs: lint() asks for a few tables again and again.
struct FactsMemory {
    struct Relation {
        guard::Need needs = guard::Need::none;
        Oid oid = InvalidOid;  // invalid: not judged
        guard::TableFacts facts;
    };
    std::map<std::tuple<std::string, std::string, std::uint8_t>, Relation> relations;  // schema, name, right it needs
    std::map<std::tuple<Oid, guard::LockMode, bool>, guard::StatementFacts> holders;
};

// `tree`: the parse tree that the statement was made from.
guard::StatementFacts read_statement_facts(const guard::DdlStatement &statement, guard::Need needs, const Node *tree,
                                           FactsMemory *memory = nullptr);

// The running command is a transaction of its own: no block, no function, no further statement.
bool is_single_command(const Node *tree) noexcept;

}  // namespace schema_audit::server
