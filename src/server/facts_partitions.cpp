#include "server/facts_partitions.hpp"

#include "server/facts_class.hpp"
#include "server/subtransaction.hpp"
#include "server/table_size.hpp"

namespace schema_audit::server {
namespace {

constexpr std::size_t shown_leaves = 3;

// Without a lock: a partition that comes or goes meanwhile is missed.
const List *read_leaves(Oid table) noexcept {
    List *leaves = NIL;
    const ListCell *cell = nullptr;
    foreach (cell, find_all_inheritors(table, NoLock, nullptr)) {
        const char kind = get_rel_relkind(lfirst_oid(cell));
        if (lfirst_oid(cell) != table && (kind == RELKIND_RELATION || kind == RELKIND_FOREIGN_TABLE)) {
            leaves = lappend_oid(leaves, lfirst_oid(cell));
        }
    }
    return leaves;
}

// For reading its catalog entries alone; null where somebody has locked it away.
Relation open_at_once(Oid table) noexcept {
    return ConditionalLockRelationOid(table, AccessShareLock) ? try_relation_open(table, NoLock) : nullptr;
}

List *copied(const List *list) noexcept { return static_cast<List *>(copyObjectImpl(list)); }

struct RawBound {
    const char *bound, *check, *default_check;
    bool complete, proven, default_proven;
};

const char *condition_text(List *condition, Relation relation) noexcept {
    List *context = deparse_context_for(RelationGetRelationName(relation), RelationGetRelid(relation));
    return deparse_expression(reinterpret_cast<Node *>(make_ands_explicit(condition)), context, false, false);
}

// As ATExecAttachPartition() asks it: with the conditions of the parent's own parents.
void read_proof(Relation parent, Relation partition, List *of_bound, RawBound *result) noexcept {
    List *condition = list_concat(copied(of_bound), RelationGetPartitionQual(parent));
    condition = castNode(List, eval_const_expressions(nullptr, reinterpret_cast<Node *>(condition)));
    condition = map_partition_varattnos(condition, 1, partition, parent);
    result->check = condition_text(copied(condition), partition);
    result->proven = PartConstraintImpliedByRelConstraint(partition, list_make1(make_ands_explicit(condition)));
}

void read_default_proof(Relation parent, Relation partition, List *of_bound, RawBound *result) noexcept {
    List *condition = get_proposed_default_constraint(copied(of_bound));
    condition = map_partition_varattnos(condition, 1, partition, parent);
    result->default_check = condition_text(copied(condition), partition);
    result->default_proven = PartConstraintImpliedByRelConstraint(partition, condition);
}

// Its locks and references go with the subtransaction.
RawBound read_raw_bound(Oid parent_oid, Oid partition_oid, Oid default_oid, const PartitionBoundSpec *spec) noexcept {
    RawBound result{};
    const Relation parent = open_at_once(parent_oid);
    if (parent == nullptr || parent->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) {
        return result;
    }
    PartitionBoundSpec *bound = transformPartitionBound(make_parsestate(nullptr), parent,
                                                        static_cast<PartitionBoundSpec *>(copyObjectImpl(spec)));
    result.bound = deparse_expression(reinterpret_cast<Node *>(bound), NIL, false, false);
    List *of_bound = get_qual_from_partbound(parent, bound);
    const Relation partition = OidIsValid(partition_oid) ? open_at_once(partition_oid) : nullptr;
    if (partition != nullptr) {
        read_proof(parent, partition, of_bound, &result);
    }
    const Relation by_default = OidIsValid(default_oid) && !bound->is_default ? open_at_once(default_oid) : nullptr;
    if (by_default != nullptr) {
        read_default_proof(parent, by_default, of_bound, &result);
    }
    result.complete = true;
    return result;
}

}  // namespace

void read_partition_facts(Oid relation, guard::TableFacts &facts) {
    Oid parent = relation;
    if (facts.kind == guard::RelationKind::partitioned_table) {
        const List *leaves = server_call([=] { return read_leaves(relation); });
        facts.partitions = static_cast<std::uint32_t>(list_length(leaves));
        const ListCell *cell = nullptr;
        foreach (cell, leaves) {
            const std::optional<guard::RelationName> name = qualified_name_of(lfirst_oid(cell));
            if (name && facts.leaves.size() < shown_leaves) {
                facts.leaves.push_back(*name);
            }
        }
    } else if (facts.of_table) {
        parent = server_call(
            [=] { return get_rel_relispartition(relation) ? get_partition_parent(relation, true) : InvalidOid; });
    } else {
        return;
    }
    const Oid by_default =
        server_call([=] { return OidIsValid(parent) ? get_default_partition_oid(parent) : InvalidOid; });
    if (OidIsValid(by_default)) {
        facts.default_partition = qualified_name_of(by_default);
    }
}

const PartitionBoundSpec *bound_of(const Node *tree) noexcept {
    if (tree != nullptr && IsA(tree, CreateStmt)) {
        return reinterpret_cast<const CreateStmt *>(tree)->partbound;
    }
    if (tree == nullptr || !IsA(tree, AlterTableStmt)) {
        return nullptr;
    }
    const ListCell *cell = nullptr;
    foreach (cell, reinterpret_cast<const AlterTableStmt *>(tree)->cmds) {
        const auto *command = static_cast<const AlterTableCmd *>(lfirst(cell));
        if (command->subtype == AT_AttachPartition) {
            return reinterpret_cast<const PartitionCmd *>(command->def)->bound;
        }
    }
    return nullptr;
}

std::optional<guard::PartitionBound> read_partition_bound(Oid parent, Oid partition, const PartitionBoundSpec *spec) {
    const Oid by_default = server_call([=] { return get_default_partition_oid(parent); });
    RawBound raw{};
    try {
        in_subtransaction(Keep::nothing, [&] {
            raw = server_call([=] { return read_raw_bound(parent, partition, by_default, spec); });
        });
    } catch (const ServerError &error) {
        // What is wrong with the bound the command itself says.
        if (ERRCODE_TO_CATEGORY(error.sqlstate()) == ERRCODE_OPERATOR_INTERVENTION ||
            error.sqlstate() == ERRCODE_OUT_OF_MEMORY) {
            throw;
        }
        return std::nullopt;
    }
    if (!raw.complete) {
        return std::nullopt;
    }
    guard::PartitionBound bound;
    bound.bound = raw.bound;
    bound.check = raw.check != nullptr ? raw.check : "";
    bound.proven = raw.proven;
    // One that could not be read is not told of.
    bound.default_check = raw.default_check != nullptr ? raw.default_check : "";
    bound.default_proven = raw.default_proven || raw.default_check == nullptr;
    if (OidIsValid(by_default)) {
        bound.default_size = server_call([=] { return read_size(by_default); });
    }
    return bound;
}

}  // namespace schema_audit::server
