#include "core/guard/ddl_statement.hpp"

namespace schema_audit::guard {
namespace {

using Names = std::vector<RelationName>;

void add_names_of(const AlterTable &statement, Names &names) {
    names.push_back(statement.table);
    for (const TableStep &step : statement.steps) {
        if (const auto *constraint = std::get_if<AddConstraint>(&step)) {
            if (constraint->sort == ConstraintSort::foreign_key) {
                names.push_back(constraint->referenced);
            }
        } else if (const auto *column = std::get_if<AddColumn>(&step)) {
            if (column->references) {
                names.push_back(*column->references);
            }
        } else if (const auto *attach = std::get_if<AttachPartition>(&step)) {
            names.push_back(attach->partition);
        } else if (const auto *detach = std::get_if<DetachPartition>(&step)) {
            names.push_back(detach->partition);
        }
    }
}
void add_names_of(const CreateTable &statement, Names &names) {
    if (statement.if_not_exists) {
        names.push_back(statement.table);
    }
    if (statement.partition_of) {
        names.push_back(*statement.partition_of);
    }
    for (const ForeignKey &key : statement.foreign_keys) {
        names.push_back(key.referenced);
    }
}
void add_names_of(const CreateIndex &statement, Names &names) { names.push_back(statement.table); }
void add_names_of(const DropObjects &statement, Names &names) { names = statement.names; }
void add_names_of(const Rename &statement, Names &names) { names.push_back(statement.object); }
void add_names_of(const SetSchema &statement, Names &names) { names.push_back(statement.object); }
void add_names_of(const Reindex &statement, Names &names) { names.push_back(statement.object); }
void add_names_of(const CreateTrigger &statement, Names &names) { names.push_back(statement.table); }
void add_names_of(const CreatePolicy &statement, Names &names) { names.push_back(statement.table); }
void add_names_of(const RefreshMaterializedView &statement, Names &names) { names.push_back(statement.view); }
void add_names_of(const Truncate &statement, Names &names) { names = statement.tables; }
void add_names_of(const LockTable &statement, Names &names) { names = statement.tables; }
void add_names_of(const RewriteTable &statement, Names &names) { names = statement.tables; }
void add_names_of(const CreateView &statement, Names &names) {
    if (statement.replace) {
        names.push_back(statement.view);
    }
}
void add_names_of(const Grant &statement, Names &names) {
    if (statement.object_type == "TABLE") {
        names = statement.objects;
    }
}
void add_names_of(const CreateRule &statement, Names &names) { names.push_back(statement.table); }
void add_names_of(const ChangeRows &statement, Names &names) {
    names = statement.sources;
    names.insert(names.begin(), statement.table);
}
template <class Other>
void add_names_of(const Other & /*statement*/, Names & /*names*/) {}

}  // namespace

std::vector<RelationName> relations_of(const DdlStatement &statement) {
    Names names;
    std::visit([&](const auto &known) { add_names_of(known, names); }, statement);
    return names;
}

}  // namespace schema_audit::guard
