// Indexes of partitioned tables: the server builds them on every partition at once, and takes no CONCURRENTLY.
#include "core/guard/rules/hints.hpp"
#include "core/guard/statement_rules.hpp"

#include "core/schema/identifier.hpp"
#include "core/text/format.hpp"

namespace schema_audit::guard {
namespace {

const CreateIndex *created_by(const DdlStatement &statement, bool concurrently) noexcept {
    const auto *create = std::get_if<CreateIndex>(&statement);
    return create != nullptr && create->concurrently == concurrently && !create->only ? create : nullptr;
}

// As the server names the index of a partition.
std::string name_on(const std::string &table, const CreateIndex &create) {
    std::string name = table;
    for (const std::string &column : create.columns) {
        name += "_" + (column.empty() ? std::string("expr") : column);
    }
    return name + "_idx";
}

// The way that locks no table for long: an empty index of the parent, one for each leaf beside the traffic, and their
// marriage.
std::string way_around(const Situation &situation, const CreateIndex &create, const TableFacts &table) {
    const std::string_view unique = create.unique ? "UNIQUE " : "";
    const std::string keys = or_placeholder(situation.facts.texts.get().index, "(<columns>)");
    const std::string name = create.name.empty() ? name_on(table.name, create) : create.name;
    std::string text = format("{}CREATE {}INDEX {} ON ONLY {} {};", outside, unique, quote_identifier(name),
                              quote_qualified(table.schema, table.name), keys);
    for (const RelationName &leaf : table.leaves) {
        const std::string own = name_on(leaf.name, create);
        text += format(" CREATE {}INDEX CONCURRENTLY {} ON {} {}; ALTER INDEX {} ATTACH PARTITION {};", unique,
                       quote_identifier(own), quote_qualified(leaf.schema, leaf.name), keys,
                       quote_qualified(table.schema, name), quote_qualified(leaf.schema, own));
    }
    if (table.partitions > table.leaves.size()) {
        text += format(" /* and so on for the other {} partitions */", table.partitions - table.leaves.size());
    }
    return text;
}

std::vector<GuardFinding> judge_blocking(const Situation &situation) {
    const CreateIndex &create = *created_by(situation.statement, false);
    const TableFacts *table = situation.facts.table(create.table);
    if (table == nullptr || table->kind != RelationKind::partitioned_table || table->partitions == 0) {
        return {};
    }
    for (const IndexFacts &index : table->indexes) {
        if (create.if_not_exists && index.name == create.name) {
            return {};
        }
    }
    GuardFinding finding = finding_on(*table);
    finding.message = format("Every write waits until the index is built on every partition, {} in all (SHARE lock)",
                             table->partitions);
    finding.fix = way_around(situation, create, *table);
    return {finding};
}

std::vector<GuardFinding> judge_concurrently(const Situation &situation) {
    if (const CreateIndex *create = created_by(situation.statement, true)) {
        const TableFacts *table = situation.facts.table(create->table);
        if (table == nullptr || table->kind != RelationKind::partitioned_table) {
            return {};
        }
        GuardFinding finding = finding_on(*table);
        finding.message = "The server refuses CONCURRENTLY on a partitioned table";
        finding.fix = way_around(situation, *create, *table);
        return {finding};
    }
    std::vector<GuardFinding> findings;
    for (const RelationName &name : std::get<DropObjects>(situation.statement).names) {
        const TableFacts *index = situation.facts.table(name);
        if (index == nullptr || index->kind != RelationKind::partitioned_index) {
            continue;
        }
        GuardFinding finding = finding_on(*index);
        finding.message = "The server refuses CONCURRENTLY on an index of a partitioned table";
        finding.fix = format("SET lock_timeout = '2s'; DROP INDEX {}; /* and again when it times out */",
                             quote_qualified(index->schema, index->name));
        findings.push_back(std::move(finding));
    }
    return findings;
}

Need needs_concurrently(const DdlStatement &statement) noexcept {
    const auto *drop = std::get_if<DropObjects>(&statement);
    const bool drops = drop != nullptr && drop->object_type == "INDEX" && drop->concurrently;
    return when(created_by(statement, true) != nullptr || drops, Need::facts | Need::partitions);
}

}  // namespace

namespace rules {

const StatementRule create_index_on_partitioned_parent{
    {"create-index-on-partitioned-parent", Family::index, Severity::error, Action::reject, "ddl_command_start",
     "CREATE INDEX on a partitioned table: every write waits until it is built on all partitions",
     "CREATE INDEX ... ON ONLY the table, CREATE INDEX CONCURRENTLY on each partition, ALTER INDEX ... ATTACH "
     "PARTITION"},
    true,
    [](const DdlStatement &statement) noexcept {
        return when(created_by(statement, false) != nullptr, Need::size | Need::partitions | Need::indexes);
    },
    judge_blocking};

// The command fails, and a line in the log would go with it: hence a warning.
const StatementRule concurrently_on_partitioned{
    {"concurrently-on-partitioned", Family::index, Severity::info, Action::warn, "ddl_command_start",
     "CREATE or DROP INDEX CONCURRENTLY on a partitioned table, which the server refuses",
     "CREATE INDEX ... ON ONLY the table, CREATE INDEX CONCURRENTLY on each partition, ALTER INDEX ... ATTACH "
     "PARTITION"},
    false,
    needs_concurrently,
    judge_concurrently};

}  // namespace rules
}  // namespace schema_audit::guard
