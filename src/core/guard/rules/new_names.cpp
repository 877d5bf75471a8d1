#include "core/guard/rules/new_names.hpp"

namespace schema_audit::guard {
namespace {

using Names = std::vector<NewName>;

void add(Names &names, std::string_view kind, const std::string &name) {
    if (!name.empty()) {
        names.push_back({kind, name});
    }
}

void add_column(Names &names, const AddColumn &column) {
    add(names, "column", column.column);
    for (const std::string &constraint : column.constraint_names) {
        add(names, "constraint", constraint);
    }
}

void add_names(const CreateTable &create, Names &names) {
    if (create.temporary) {
        return;
    }
    add(names, "table", create.table.name);
    for (const AddColumn &column : create.columns) {
        add_column(names, column);
    }
    for (const AddConstraint &constraint : create.constraints) {
        add(names, "constraint", constraint.name);
    }
}
void add_names(const AlterTable &alter, Names &names) {
    for (const TableStep &step : alter.steps) {
        if (const auto *column = std::get_if<AddColumn>(&step)) {
            add_column(names, *column);
        } else if (const auto *constraint = std::get_if<AddConstraint>(&step)) {
            add(names, "constraint", constraint->name);
        }
    }
}
void add_names(const CreateIndex &create, Names &names) { add(names, "index", create.name); }
void add_names(const CreateView &create, Names &names) {
    if (!create.temporary) {
        add(names, "view", create.view.name);
    }
}
void add_names(const CreateFunction &create, Names &names) {
    if (!create.alters) {
        add(names, "function", create.function.name);
    }
}
void add_names(const CreateType &create, Names &names) { add(names, "type", create.type.name); }
void add_names(const CreateSchema &create, Names &names) { add(names, "schema", create.name); }
void add_names(const CreateTrigger &create, Names &names) { add(names, "trigger", create.name); }
void add_names(const Rename &rename, Names &names) { add(names, "new name", rename.to); }
template <class Other>
void add_names(const Other & /*statement*/, Names & /*names*/) {}

struct Subject {
    RelationName operator()(const CreateTable &create) const { return create.table; }
    RelationName operator()(const AlterTable &alter) const { return alter.table; }
    RelationName operator()(const CreateIndex &create) const { return create.table; }
    RelationName operator()(const CreateView &create) const { return create.view; }
    RelationName operator()(const CreateFunction &create) const { return create.function; }
    RelationName operator()(const CreateType &create) const { return create.type; }
    RelationName operator()(const CreateTrigger &create) const { return create.table; }
    RelationName operator()(const CreateSchema &create) const { return {create.name, {}}; }
    RelationName operator()(const Rename &rename) const { return rename.object; }
    template <class Other>
    RelationName operator()(const Other & /*other*/) const {
        return {};
    }
};

}  // namespace

bool gives_names(const DdlStatement &statement) noexcept {
    if (std::holds_alternative<AlterTable>(statement)) {
        return has_step<AddColumn>(statement) || has_step<AddConstraint>(statement);
    }
    if (const auto *create = std::get_if<CreateTable>(&statement)) {
        return !create->temporary;
    }
    return std::holds_alternative<CreateIndex>(statement) || std::holds_alternative<CreateView>(statement) ||
           std::holds_alternative<CreateFunction>(statement) || std::holds_alternative<CreateType>(statement) ||
           std::holds_alternative<CreateSchema>(statement) || std::holds_alternative<CreateTrigger>(statement) ||
           std::holds_alternative<Rename>(statement);
}

std::vector<NewName> new_names(const DdlStatement &statement) {
    Names names;
    std::visit([&](const auto &known) { add_names(known, names); }, statement);
    return names;
}

RelationName subject_of(const DdlStatement &statement) { return std::visit(Subject{}, statement); }

}  // namespace schema_audit::guard
