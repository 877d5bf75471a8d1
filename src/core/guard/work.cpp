#include "core/guard/work.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

struct StepNeeds {
    Need operator()(const AddColumn & /*step*/) const noexcept { return Need::columns | Need::new_columns; }
    Need operator()(const AlterColumnType & /*step*/) const noexcept { return Need::type_changes; }
    Need operator()(const SetNotNull & /*step*/) const noexcept { return Need::columns | Need::not_null_proof; }
    Need operator()(const AddConstraint & /*step*/) const noexcept { return Need::columns | Need::not_null_proof; }
    Need operator()(const ValidateConstraint & /*step*/) const noexcept { return Need::constraints; }
    Need operator()(const SetLogged & /*step*/) const noexcept { return Need::facts; }
    Need operator()(const SetAccessMethod & /*step*/) const noexcept { return Need::facts; }
    Need operator()(const SetTablespace & /*step*/) const noexcept { return Need::facts; }
    Need operator()(const SetExpression & /*step*/) const noexcept { return Need::columns; }
    template <class Other>
    Need operator()(const Other & /*step*/) const noexcept {
        return Need::none;
    }
};

bool reads_for_not_null(const TableFacts &table, const std::string &name) noexcept {
    const NamedColumn *column = table.column(name);
    return column != nullptr && !column->not_null_proven && (!column->not_null || column->not_null_unvalidated);
}

struct StepWork {
    const TableFacts &table;
    const StatementFacts &facts;

    Work operator()(const AddColumn &add) const {
        if (std::ranges::find(table.columns, add.column) != table.columns.end()) {
            return Work::catalog;
        }
        const auto known = std::ranges::find(facts.new_columns, add.column, &NewColumn::column);
        const bool by_value =
            known != facts.new_columns.end() && (known->volatile_default || known->constrained_domain);
        if (add.serial || add.identity || (add.generated && add.stored) || by_value) {
            return Work::rewrites;
        }
        const bool has_value = (add.has_default && !add.default_is_null) || add.type_has_default || add.generated;
        return add.check || add.unique || add.primary_key || (add.references && has_value) ? Work::reads
                                                                                           : Work::catalog;
    }
    Work operator()(const AlterColumnType &alter) const {
        const auto known = std::ranges::find(facts.type_changes, alter.column, &TypeChange::column);
        if (known == facts.type_changes.end()) {
            return Work::catalog;
        }
        const bool reads = !known->rechecked.empty() || !known->rebuilt.empty();
        return known->rewrites ? Work::rewrites : reads ? Work::reads : Work::catalog;
    }
    Work operator()(const SetNotNull &set) const {
        return reads_for_not_null(table, set.column) ? Work::reads : Work::catalog;
    }
    Work operator()(const AddConstraint &add) const {
        switch (add.sort) {
            case ConstraintSort::check:
            case ConstraintSort::foreign_key:
                return add.not_valid || add.not_enforced ? Work::catalog : Work::reads;
            case ConstraintSort::not_null:
                return !add.not_valid && !add.columns.empty() && reads_for_not_null(table, add.columns.front())
                           ? Work::reads
                           : Work::catalog;
            default:
                return add.using_index.empty() ? Work::reads : Work::catalog;
        }
    }
    Work operator()(const ValidateConstraint &validate) const {
        const auto known = std::ranges::find(table.constraints, validate.name, &ConstraintFacts::name);
        return known != table.constraints.end() && known->validated ? Work::catalog : Work::reads;
    }
    Work operator()(const SetLogged &set) const { return set.logged == table.logged ? Work::catalog : Work::rewrites; }
    Work operator()(const SetAccessMethod &set) const {
        return set.method == table.access_method ? Work::catalog : Work::rewrites;
    }
    Work operator()(const SetTablespace &set) const {
        return set.tablespace == table.tablespace ? Work::catalog : Work::rewrites;
    }
    Work operator()(const SetExpression &set) const {
        const NamedColumn *column = table.column(set.column);
        return column != nullptr && column->stored ? Work::rewrites : Work::catalog;
    }
    template <class Other>
    Work operator()(const Other & /*step*/) const noexcept {
        return Work::catalog;
    }
};

}  // namespace

Need needs_of_work(const DdlStatement &statement) noexcept {
    Need needs = Need::none;
    if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        for (const TableStep &step : alter->steps) {
            needs = needs | std::visit(StepNeeds{}, step);
        }
    } else if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        needs = when(!create->only, Need::facts);
    } else if (const auto *refresh = std::get_if<RefreshMaterializedView>(&statement)) {
        needs = when(!refresh->with_no_data, Need::facts);
    } else if (std::holds_alternative<Reindex>(statement)) {
        needs = Need::facts;
    }
    return needs;
}

Work work_of(const DdlStatement &statement, const StatementFacts &facts) {
    if (const auto *alter = std::get_if<AlterTable>(&statement)) {
        const TableFacts *table = facts.table(alter->table);
        Work work = Work::catalog;
        if (table != nullptr &&
            (table->kind == RelationKind::table || table->kind == RelationKind::partitioned_table)) {
            for (const TableStep &step : alter->steps) {
                work = std::max(work, std::visit(StepWork{*table, facts}, step));
            }
        }
        return work;
    }
    if (const auto *create = std::get_if<CreateIndex>(&statement)) {
        return facts.table(create->table) != nullptr && !create->only ? Work::reads : Work::catalog;
    }
    if (const auto *refresh = std::get_if<RefreshMaterializedView>(&statement)) {
        return facts.table(refresh->view) != nullptr && !refresh->with_no_data ? Work::rewrites : Work::catalog;
    }
    const auto *reindex = std::get_if<Reindex>(&statement);
    return reindex != nullptr && facts.table(reindex->object) != nullptr ? Work::reads : Work::catalog;
}

}  // namespace schema_audit::guard
