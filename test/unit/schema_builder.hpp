// Builds the two sides of an audit from a few words, for tests of the comparison.
//
//     Sides sides;
//     sides.model.table("t").column("id", "bigint").not_null().primary_key({"id"});
//     sides.live.table("t").column("id", "integer").not_null().primary_key({"id"});
//     EXPECT_EQ(sides.audit(), (Found{"key-width-mismatch t.id"}));
#pragma once

#include "core/compare/audit.hpp"
#include "core/schema/identifier.hpp"
#include "core/schema/schema.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace schema_audit::test {

using Found = std::vector<std::string>;

class SchemaBuilder {
public:
    explicit SchemaBuilder(TextPool &pool) : pool_(pool) {}

    // Tables, columns and so on belong to what was begun last.
    SchemaBuilder &model(std::string_view name, std::initializer_list<std::string_view> governed = {"public"}) {
        Model item;
        item.name = pool_.intern(name);
        item.governed = list(governed);
        schema.models.push_back(item);
        return *this;
    }
    SchemaBuilder &table(std::string_view name, std::string_view schema_name = "public") {
        Table item;
        item.schema = pool_.intern(schema_name);
        item.name = pool_.intern(name);
        item.model = schema.models.empty() ? 0 : static_cast<std::uint32_t>(schema.models.size() - 1);
        item.live_id = static_cast<std::uint32_t>(schema.tables.size() + 1);
        schema.tables.push_back(item);
        return *this;
    }
    SchemaBuilder &column(std::string_view name, std::string_view type = "text") {
        Column item;
        item.table = last_table();
        item.name = pool_.intern(name);
        item.type = pool_.intern(type);
        item.position = static_cast<std::int16_t>(schema.columns.size() + 1);
        schema.columns.push_back(item);
        return *this;
    }
    SchemaBuilder &not_null() {
        last().not_null = true;
        return *this;
    }
    SchemaBuilder &default_value(std::string_view text) {
        last().default_text = last().default_normal = pool_.intern(text);
        return *this;
    }
    SchemaBuilder &serial() {
        last().owns_sequence = true;
        return not_null().default_value("nextval('public." + std::string(pool_.view(last().name)) + "_seq'::regclass)");
    }
    SchemaBuilder &identity(Identity kind = Identity::by_default) {
        last().identity = kind;
        return not_null();
    }
    SchemaBuilder &generated(std::string_view text) {
        last().generated = Generated::stored;
        return default_value(text);
    }
    SchemaBuilder &collation(std::string_view name) {
        last().collation = pool_.intern(name);
        return *this;
    }
    SchemaBuilder &retained(std::string_view literal) {
        last().retained_value = pool_.intern(literal);
        return *this;
    }
    SchemaBuilder &client_default(ClientDefault kind, std::string_view text = {}) {
        last().client_default_kind = kind;
        last().client_default_text = last().client_default = pool_.intern(text);
        return *this;
    }

    SchemaBuilder &constraint(ConstraintKind kind, std::string_view name,
                              std::initializer_list<std::string_view> columns) {
        Constraint item;
        item.table = last_table();
        item.name = pool_.intern(name);
        item.kind = kind;
        item.columns = list(columns);
        schema.constraints.push_back(item);
        return *this;
    }
    SchemaBuilder &primary_key(std::initializer_list<std::string_view> columns, std::string_view name = "pk") {
        return constraint(ConstraintKind::primary_key, name, columns);
    }
    SchemaBuilder &unique(std::initializer_list<std::string_view> columns, std::string_view name = "uq") {
        return constraint(ConstraintKind::unique, name, columns);
    }
    SchemaBuilder &foreign_key(std::initializer_list<std::string_view> columns, std::string_view target,
                               std::initializer_list<std::string_view> referenced = {"id"},
                               std::string_view name = "fk") {
        constraint(ConstraintKind::foreign_key, name, columns);
        last_constraint().referenced_schema = pool_.intern("public");
        last_constraint().referenced_table = pool_.intern(target);
        last_constraint().referenced_columns = list(referenced);
        return *this;
    }
    SchemaBuilder &check(std::string_view expression, std::string_view name = "ck") {
        constraint(ConstraintKind::check, name, {});
        last_constraint().expression = last_constraint().expression_normal = pool_.intern(expression);
        return *this;
    }
    SchemaBuilder &exclusion(std::string_view definition, std::string_view name = "ex") {
        constraint(ConstraintKind::exclusion, name, {});
        last_constraint().expression = last_constraint().expression_normal = pool_.intern(definition);
        return *this;
    }
    SchemaBuilder &index(std::string_view name, std::initializer_list<std::string_view> keys, bool unique = false) {
        Index item;
        item.table = last_table();
        item.name = pool_.intern(name);
        item.method = pool_.intern("btree");
        item.unique = unique;
        item.keys = list(keys);
        schema.indexes.push_back(item);
        return *this;
    }
    SchemaBuilder &insert_trigger(std::string_view source) {
        schema.insert_triggers.push_back({last_table(), pool_.intern("tg"), pool_.intern(source)});
        return *this;
    }
    SchemaBuilder &enumeration(std::string_view type, std::initializer_list<std::string_view> labels) {
        std::string text;
        for (const std::string_view label : labels) {
            text += (text.empty() ? "'" : ", '") + std::string(label) + "'";
        }
        schema.enums.push_back({pool_.intern("public"), pool_.intern(type), pool_.intern(type), pool_.intern(text)});
        return *this;
    }

    [[nodiscard]] Column &last() { return schema.columns.back(); }
    [[nodiscard]] Constraint &last_constraint() { return schema.constraints.back(); }
    [[nodiscard]] Index &last_index() { return schema.indexes.back(); }
    [[nodiscard]] Table &this_table() { return schema.tables.back(); }
    [[nodiscard]] TextId text(std::string_view value) { return pool_.intern(value); }
    [[nodiscard]] IdList list(std::initializer_list<std::string_view> texts) {
        std::vector<TextId> ids;
        for (const std::string_view item : texts) {
            ids.push_back(pool_.intern(item));
        }
        return schema.add_ids(ids);
    }

    Schema schema;

private:
    [[nodiscard]] std::uint32_t last_table() const { return static_cast<std::uint32_t>(schema.tables.size() - 1); }
    TextPool &pool_;
};

class Sides {
public:
    Sides() { model.model("app"); }

    // All findings, of every severity unless `filter` says otherwise.
    std::vector<Finding> findings(AuditFilter filter = everything(), AuditOptions options = {}) {
        return schema_audit::audit(input(), filter, options);
    }
    // "rule table.object", in the audit's order; "rule table" where the object is the table.
    Found audit(const AuditFilter &filter = everything(), AuditOptions options = {}) {
        Found result;
        for (const Finding &finding : findings(filter, options)) {
            result.push_back(std::string(finding.rule) + " " + finding.table_name +
                             (finding.object_type == "table" ? "" : "." + finding.object_name));
        }
        return result;
    }
    // The only finding; fails by its message when there is not exactly one.
    Finding one(AuditOptions options = {}) {
        const std::vector<Finding> all = findings(everything(), options);
        if (all.size() == 1) {
            return all.front();
        }
        Finding none;
        none.rule = "not exactly one finding";
        return none;
    }
    std::vector<ColumnRow> columns(const AuditFilter &filter = {}) { return compare_columns(input(), filter, {}); }

    static AuditFilter everything() {
        AuditFilter filter;
        filter.min_severity = Severity::info;
        return filter;
    }
    const AuditInput &input() {
        model.schema.finish();
        live.schema.finish();
        input_.model = &model.schema;
        input_.live = &live.schema;
        input_.pool = &pool;
        return input_;
    }

    TextPool pool;
    SchemaBuilder model{pool}, live{pool};
    std::vector<Suppression> &suppressions = input_.suppressions;
    std::vector<ModelProblem> &problems = input_.problems;
    std::vector<TextId> &missing_schemas = input_.missing_schemas;
    std::vector<bool> *&alike = input_.alike;

private:
    AuditInput input_;
};

}  // namespace schema_audit::test
