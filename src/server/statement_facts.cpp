#include "server/statement_facts.hpp"

#include "server/before_image.hpp"
#include "server/facts.hpp"
#include "server/facts_holders.hpp"
#include "server/facts_partitions.hpp"
#include "server/held_tables.hpp"
#include "server/log_writer.hpp"
#include "server/relation_facts.hpp"
#include "server/statement_objects.hpp"
#include "server/table_size.hpp"
#include "server/transaction_history.hpp"

namespace schema_audit::server {
namespace {

using guard::has;
using guard::Need;

struct FoundRelation {
    Oid oid;
    char kind;
    const char *schema, *name;
};

// What it takes to run the command.
enum class Right : std::uint8_t { none, own, maintain, truncate, lock };

bool has_right(Oid relation, Right right) noexcept {
    const Oid role = GetUserId();
    switch (right) {
        case Right::own:
            return schema_audit_owns_relation(relation, role);
        case Right::maintain: {
            const char kind = get_rel_relkind(relation);
            const bool is_index = kind == RELKIND_INDEX || kind == RELKIND_PARTITIONED_INDEX;
            return schema_audit_may_maintain(is_index ? IndexGetRelation(relation, true) : relation, role);
        }
        case Right::truncate:
            return pg_class_aclcheck(relation, role, ACL_TRUNCATE) == ACLCHECK_OK;
        case Right::lock:
            return pg_class_aclcheck(relation, role, ACL_INSERT | ACL_UPDATE | ACL_DELETE | ACL_TRUNCATE) ==
                   ACLCHECK_OK;
        default:
            return true;
    }
}

// Whoever may not run the command gets the server's own error; what it only refers to may be somebody else's.
FoundRelation find_relation(const char *schema, const char *name, Right right) noexcept {
    constexpr FoundRelation nothing{InvalidOid, '\0', nullptr, nullptr};
    RangeVar *const range = makeRangeVar(const_cast<char *>(schema), const_cast<char *>(name), -1);
    const Oid oid = RangeVarGetRelidExtended(range, NoLock, RVR_MISSING_OK, nullptr, nullptr);
    const HeapTuple tuple = OidIsValid(oid) ? SearchSysCache1(RELOID, ObjectIdGetDatum(oid)) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return nothing;
    }
    const auto *relation = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
    const bool judged = relation->relpersistence != RELPERSISTENCE_TEMP;
    const FoundRelation found{oid, relation->relkind, get_namespace_name(relation->relnamespace),
                              pstrdup(NameStr(relation->relname))};
    ReleaseSysCache(tuple);
    return judged && found.schema != nullptr && has_right(oid, right) ? found : nothing;
}

// For the relation of that number in the statement.
Right right_for(const guard::DdlStatement &statement, std::size_t number) noexcept {
    if (std::holds_alternative<guard::Truncate>(statement)) {
        return Right::truncate;
    }
    if (std::holds_alternative<guard::LockTable>(statement)) {
        return Right::lock;
    }
    if (std::holds_alternative<guard::RewriteTable>(statement) || std::holds_alternative<guard::Reindex>(statement)) {
        return Right::maintain;
    }
    const bool own = std::holds_alternative<guard::DropObjects>(statement) ||
                     (number == 0 && !std::holds_alternative<guard::CreateTable>(statement) &&
                      !std::holds_alternative<guard::ChangeRows>(statement));
    return own ? Right::own : Right::none;
}

// A relation of the statement that is judged.
struct KnownRelation {
    guard::RelationName name;
    Oid oid;
};

Oid oid_of(std::span<const KnownRelation> known, const guard::RelationName &name) noexcept {
    const auto found = std::ranges::find(known, name, &KnownRelation::name);
    return found != known.end() ? found->oid : InvalidOid;
}

void remembered_holders(const WantedLock &wanted, FactsMemory &memory, guard::StatementFacts &facts) {
    const auto [found, added] = memory.holders.try_emplace({wanted.relation, wanted.mode, wanted.with_partitions});
    if (added) {
        read_lock_holders({&wanted, 1}, found->second);
    }
    for (guard::LockHolder holder : found->second.holders) {
        holder.table = *wanted.name;
        facts.holders.push_back(std::move(holder));
    }
}

void read_holders(const guard::DdlStatement &statement, std::span<const KnownRelation> known, FactsMemory *memory,
                  guard::StatementFacts &facts) {
    const std::vector<guard::LockRequest> requests = guard::lock_requests(statement);
    std::vector<WantedLock> wanted;
    for (const guard::LockRequest &request : requests) {
        const Oid relation = oid_of(known, request.relation);
        if (OidIsValid(relation)) {
            wanted.push_back({&request.relation, relation, request.mode, request.with_partitions});
        }
    }
    if (memory != nullptr) {
        for (const WantedLock &one : wanted) {
            remembered_holders(one, *memory, facts);
        }
        return;  // of a session that runs nothing of it
    }
    if (!wanted.empty()) {
        read_lock_holders(wanted, facts);
    }
    held_tables::read(facts);
    for (guard::StatementFacts::Known &item : facts.tables) {
        const Oid relation = oid_of(known, item.name);
        item.facts.held_strongly = server_call([=] { return held_tables::is_held(relation); });
    }
}

// Nothing where it is not judged.
Oid read_relation(const guard::RelationName &name, Right right, Need needs, guard::TableFacts &table) {
    const char *schema = name.schema.empty() ? nullptr : name.schema.c_str();
    const char *relation = name.name.c_str();
    const FoundRelation found = server_call([&] { return find_relation(schema, relation, right); });
    if (!OidIsValid(found.oid) || std::string_view(found.schema) == "schema_audit" ||
        !server_call([&] { return existed_before(found.oid); })) {
        return InvalidOid;
    }
    table.schema = found.schema;
    table.name = found.name;
    table.id = found.oid;
    read_relation_facts(found.oid, found.kind, needs, table);
    return found.oid;
}

Oid remembered_relation(const guard::RelationName &name, Right right, Need needs, FactsMemory &memory,
                        guard::TableFacts &table) {
    const auto [found, added] =
        memory.relations.try_emplace({name.schema, name.name, static_cast<std::uint8_t>(right)});
    FactsMemory::Relation &relation = found->second;
    const bool lacks = OidIsValid(relation.oid) && (relation.needs | needs) != relation.needs;
    if (added || lacks) {
        relation.needs = relation.needs | needs;
        relation.facts = {};
        relation.oid = read_relation(name, right, relation.needs, relation.facts);
    }
    if (OidIsValid(relation.oid)) {
        table = relation.facts;
    }
    return relation.oid;
}

void read_bound(const guard::DdlStatement &statement, std::span<const KnownRelation> known, const Node *tree,
                guard::StatementFacts &facts) {
    const PartitionBoundSpec *spec = bound_of(tree);
    const auto *create = std::get_if<guard::CreateTable>(&statement);
    const auto *alter = std::get_if<guard::AlterTable>(&statement);
    Oid parent = InvalidOid;
    Oid partition = InvalidOid;
    if (create != nullptr && create->partition_of) {
        parent = oid_of(known, *create->partition_of);
    } else if (alter != nullptr && guard::has_step<guard::AttachPartition>(statement)) {
        parent = oid_of(known, alter->table);
        partition = oid_of(known, guard::steps_of<guard::AttachPartition>(statement).front()->partition);
    }
    if (spec != nullptr && OidIsValid(parent)) {
        facts.bound = read_partition_bound(parent, partition, spec);
    }
}

// IF NOT EXISTS that does nothing.
bool target_exists(const guard::DdlStatement &statement) {
    const auto *create = std::get_if<guard::CreateTable>(&statement);
    if (create == nullptr || !create->if_not_exists) {
        return false;
    }
    const char *schema = create->table.schema.empty() ? nullptr : create->table.schema.c_str();
    const char *name = create->table.name.c_str();
    return server_call([=] {
        RangeVar *const range = makeRangeVar(const_cast<char *>(schema), const_cast<char *>(name), -1);
        return OidIsValid(RangeVarGetRelidExtended(range, NoLock, RVR_MISSING_OK, nullptr, nullptr));
    });
}

// Where CREATE without a schema would make something; empty where nothing of search_path exists.
std::string creation_schema() {
    const char *name = server_call([]() -> const char * {
        const List *path = fetch_search_path(false);
        return path == NIL ? nullptr : get_namespace_name(linitial_oid(path));
    });
    return name != nullptr ? name : "";
}

void read_cascade(const guard::Truncate &statement, std::span<const KnownRelation> known,
                  guard::StatementFacts &facts) {
    std::vector<Oid> tables;
    for (const KnownRelation &item : known) {
        tables.push_back(item.oid);
    }
    if (statement.cascade && !tables.empty()) {
        read_truncated_too(tables, known.front().name, facts);
    }
}

}  // namespace

guard::StatementFacts read_statement_facts(const guard::DdlStatement &statement, Need needs, const Node *tree,
                                           FactsMemory *memory) {
    guard::StatementFacts facts;
    facts.texts = texts_on_demand(InvalidOid, tree);
    if (IsA(tree, AlterDomainStmt)) {
        read_domain_users(reinterpret_cast<const AlterDomainStmt *>(tree), needs, facts);
    }
    std::vector<KnownRelation> known;
    const std::vector<guard::RelationName> names = guard::relations_of(statement);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const guard::RelationName &name = names[i];
        if (facts.table(name) != nullptr) {
            continue;
        }
        const Right right = right_for(statement, i);
        guard::TableFacts table;
        const Oid oid = memory != nullptr ? remembered_relation(name, right, needs, *memory, table)
                                          : read_relation(name, right, needs, table);
        if (!OidIsValid(oid)) {
            continue;
        }
        facts.tables.push_back({name, std::move(table)});
        if (i == 0 && IsA(tree, AlterTableStmt)) {
            const auto *alter = reinterpret_cast<const AlterTableStmt *>(tree);
            if (has(needs, Need::type_changes)) {
                read_type_changes(oid, alter, facts);
            }
            if (has(needs, Need::new_columns)) {
                read_new_columns(oid, alter, facts);
            }
        }
        if (i == 0) {
            facts.texts = texts_on_demand(oid, tree);
        }
        if (i == 0 && has(needs, Need::dependents)) {
            read_dependents(oid, statement, facts);
        }
        known.push_back({name, oid});
    }
    if (has(needs, Need::objects) && !read_globals(statement, facts)) {
        if (const auto *truncate = std::get_if<guard::Truncate>(&statement)) {
            read_cascade(*truncate, known, facts);
        } else {
            read_objects(statement, tree, facts);
        }
    }
    if (const auto *rewrite = std::get_if<guard::RewriteTable>(&statement);
        rewrite != nullptr && rewrite->tables.empty()) {
        read_largest_table(rewrite->command == "CLUSTER", needs, facts);
    }
    if (has(needs, Need::holders)) {
        read_holders(statement, known, memory, facts);
    }
    if (has(needs, Need::partitions)) {
        read_bound(statement, known, tree, facts);
    }
    if (has(needs, Need::target)) {
        facts.creation_schema = creation_schema();
    }
    if (has(needs, Need::sessions)) {
        read_roles_in_use(statement, facts);
    }
    if (has(needs, Need::earlier)) {
        facts.earlier = transaction_history::all();
    }
    if (has(needs, Need::source)) {
        facts.source = running_statement();
    }
    facts.target_exists = facts.target_exists || target_exists(statement);
    return facts;
}

bool is_single_command(const Node *tree) noexcept {
    if (IsTransactionBlock() || GetCurrentTransactionNestLevel() > 1) {
        return false;
    }
    // A function or a DO block is a portal of another kind: its later commands may mend what this one does.
    const Portal portal = ActivePortal;
    if (portal == nullptr || list_length(portal->stmts) != 1) {
        return false;
    }
    const auto *planned = static_cast<const PlannedStmt *>(linitial(portal->stmts));
    return IsA(planned, PlannedStmt) && planned->utilityStmt != nullptr &&
           nodeTag(planned->utilityStmt) == nodeTag(tree);
}

}  // namespace schema_audit::server
