#include "core/guard/changes.hpp"

#include "core/schema/identifier.hpp"

#include <algorithm>

namespace schema_audit::guard {
namespace {

using Of = PartChange::Of;

struct StepChange {
    std::vector<PartChange> &out;

    void add(Of of, const std::string &name, std::string_view what, bool when_missing = false) const {
        out.push_back({of, name, what, {}, when_missing});
    }
    void operator()(const AddColumn &step) const { add(Of::column, step.column, change::created, step.if_not_exists); }
    void operator()(const AlterColumnType &step) const { add(Of::column, step.column, change::altered_type); }
    void operator()(const SetDefault &step) const {
        if (!step.is_null) {
            add(Of::column, step.column, change::set_default);
        }
    }
    void operator()(const SetNotNull &step) const { add(Of::column, step.column, change::set_not_null); }
    void operator()(const DropNotNull &step) const { add(Of::column, step.column, change::dropped_not_null); }
    void operator()(const AddIdentity &step) const { add(Of::column, step.column, change::added_identity); }
    void operator()(const DropIdentity &step) const { add(Of::column, step.column, change::dropped_identity); }
    void operator()(const SetExpression &step) const { add(Of::column, step.column, change::set_expression); }
    void operator()(const DropExpression &step) const { add(Of::column, step.column, change::dropped_expression); }
    void operator()(const AddConstraint &step) const {
        if (!step.name.empty()) {
            add(Of::on_table, step.name, change::created);
        }
    }
    void operator()(const ValidateConstraint &step) const { add(Of::on_table, step.name, change::validated); }
    void operator()(const AlterConstraint &step) const { add(Of::on_table, step.name, change::altered); }
    void operator()(const ToggleTrigger &step) const {
        if (!step.name.empty()) {
            add(Of::on_table, step.name, step.enable ? change::enabled : change::disabled);
        }
    }
    void operator()(const AttachPartition &step) const {
        out.push_back({Of::relation, {}, change::attached, step.partition, false});
    }
    void operator()(const DetachPartition &step) const {
        out.push_back({Of::relation, {}, change::detached, step.partition, false});
    }
    template <class Other>
    void operator()(const Other & /*step*/) const {}
};

bool is_part(std::string_view object_type) {
    return object_type == "COLUMN" || object_type == "CONSTRAINT" || object_type == "TRIGGER" ||
           object_type == "POLICY" || object_type == "RULE";
}

// Of a qualified name as SQL; the whole where there is none.
std::string_view schema_part(std::string_view identity) noexcept {
    bool quoted = false;
    for (std::size_t i = 0; i < identity.size(); ++i) {
        quoted = identity[i] == '"' ? !quoted : quoted;
        if (identity[i] == '.' && !quoted) {
            return identity.substr(0, i);
        }
    }
    return {};
}

std::string in_schema(std::string_view schema, std::string_view name) {
    return schema.empty() ? std::string(name) : std::string(schema) + "." + std::string(name);
}

// The table in `name on schema.table`, else the whole.
std::string_view table_part(std::string_view identity) noexcept {
    const std::size_t on = identity.rfind(" on ");
    return on == std::string_view::npos ? identity : identity.substr(on + 4);
}

std::vector<ObjectChange> renamed(const Rename &rename, std::string_view identity) {
    if (is_part(rename.object_type)) {
        const bool column = rename.object_type == "COLUMN";
        std::string table(table_part(identity));
        // The identity of a column's or a constraint's rename may be that of the part itself.
        const std::string end = "." + quote_identifier(rename.to);
        if (column && table.ends_with(end)) {
            const std::string shorter = table.substr(0, table.size() - end.size());
            table = schema_part(shorter).empty() ? table : shorter;
        }
        const auto part = [&](const std::string &name) {
            return column ? table + "." + quote_identifier(name) : quote_identifier(name) + " on " + table;
        };
        return {{part(rename.to), change::new_name}, {part(rename.part), change::old_name}};
    }
    // f(integer): the name is followed by the arguments.
    const std::string now = quote_identifier(rename.to);
    const std::string_view schema = schema_part(identity);
    const std::size_t start = schema.empty() ? 0 : schema.size() + 1;
    if (identity.substr(start, now.size()) != now) {
        return {};
    }
    const std::string before =
        in_schema(schema, quote_identifier(rename.object.name)) + std::string(identity.substr(start + now.size()));
    return {{std::string(identity), change::new_name}, {before, change::old_name}};
}

std::vector<ObjectChange> moved(const SetSchema &move, std::string_view identity, std::string_view old_schema) {
    const std::string_view schema = schema_part(identity);
    if (schema != quote_identifier(move.to) || old_schema.empty()) {
        return {};
    }
    return {{std::string(identity), change::new_name},
            {in_schema(quote_identifier(old_schema), identity.substr(schema.size() + 1)), change::old_name}};
}

}  // namespace

std::vector<PartChange> part_changes(const DdlStatement &statement) {
    std::vector<PartChange> changes;
    const auto *alter = std::get_if<AlterTable>(&statement);
    if (alter != nullptr) {
        for (const TableStep &step : alter->steps) {
            std::visit(StepChange{changes}, step);
        }
    }
    return changes;
}

void add_change(std::vector<ObjectChange> &changes, std::string object, std::string_view what) {
    const bool known = std::ranges::any_of(changes, [&](const ObjectChange &item) {
        return item.object == object && (item.change == what || what == change::altered);
    });
    if (!known && !object.empty() && changes.size() < most_changes) {
        changes.push_back({std::move(object), what});
    }
}

std::string plain_identity(std::string_view identity) {
    constexpr std::string_view own = "pg_catalog.";
    std::string plain(identity);
    const std::size_t arguments = plain.find('(');
    for (std::size_t at = plain.find(own, arguments); arguments != std::string::npos && at != std::string::npos;
         at = plain.find(own, at)) {
        plain.erase(at, own.size());
    }
    return plain;
}

void add_table_of(std::vector<ObjectChange> &changes, std::string_view identity) {
    const std::string_view table = table_part(identity);
    if (table.size() != identity.size()) {
        add_change(changes, std::string(table), change::altered);
    }
}

std::string_view change_of_tag(std::string_view command_tag) noexcept {
    if (command_tag.starts_with("CREATE") || command_tag == "SELECT INTO") {
        return change::created;
    }
    return command_tag == "COMMENT"          ? change::commented
           : command_tag.starts_with("DROP") ? change::dropped
                                             : change::altered;
}

std::vector<ObjectChange> name_changes(const DdlStatement &statement, std::string_view identity) {
    if (const auto *rename = std::get_if<Rename>(&statement)) {
        return renamed(*rename, identity);
    }
    if (const auto *move = std::get_if<SetSchema>(&statement)) {
        return moved(*move, identity, move->object.schema);
    }
    return {};
}

}  // namespace schema_audit::guard
