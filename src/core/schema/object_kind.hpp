// The kinds of objects and their attributes: one table that reader, store, comparison, rules and SQL share.
//
// A new kind is a line in ObjectKind, a list of attributes, a line in `kinds` and a reader in
// server/live_objects. A new attribute is a line in its kind's list and a line in that reader.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace schema_audit {

enum class ObjectKind : std::uint8_t {
    // Parts of tables, which have structs of their own in schema.hpp; only their further attributes are here.
    table,
    column,
    constraint,
    index,
    // Objects in a schema, or hanging on a table.
    sequence,
    view,
    materialized_view,
    function,
    procedure,
    aggregate,
    trigger,
    policy,
    rule,
    // Of the whole database.
    event_trigger,
    language,
    transform,
    // Types, and what serves them.
    enum_type,
    domain,
    composite_type,
    range_type,
    base_type,
    collation,
    conversion,
    operator_,
    operator_class,
    operator_family,
    cast,
    text_search_configuration,
    text_search_dictionary,
    text_search_parser,
    text_search_template,
    statistics,
    access_method,
    // The database, and who may do what.
    schema,
    extension,
    publication,
    publication_membership,
    subscription,
    foreign_data_wrapper,
    server,
    user_mapping,
    default_privileges,
    role,
    parameter_privileges,
};

// What schema_audit.compare switches, beside the kinds: groups of attributes.
enum class AttributeGroup : std::uint8_t {
    of_kind,  // compared whenever the kind is
    owner,
    grants,
    comment,
    security_label,
    statistics_target,
    tablespace,
    storage,  // storage parameters, storage and compression of columns
    never,    // kept with the object and not compared: how to create it
};

enum class Place : std::uint8_t { part, in_schema, on_table, in_database };

struct AttributeSpec {
    std::string_view name;  // key in the model's jsonb; with spaces for underscores also the word in messages
    AttributeGroup group = AttributeGroup::of_kind;
    std::string_view rule = {};  // empty: the kind's own …-mismatch
    // What sets it: {object} is the object as SQL, {value} the model's text, {literal} that quoted; the rest is in
    // compare/attribute_fixes.cpp. One with {ddl} makes the object anew. Empty: see KindSpec::replace.
    std::string_view fix = {};
    // What the database has where no text is stored, for people; empty: nothing.
    std::string_view absent = {};
    // False: only a model that was made from a database says it; DDL does not, or does not mean it.
    bool said_by_ddl = true;
    // What takes it away where the model has none; empty: `fix` with `absent` for the value.
    std::string_view unset = {};
    // A model that does not say it claims nothing: DDL often leaves it to the server.
    bool when_said = false;
};

// How an object that differs comes into the model's form when its attribute has no `fix`.
enum class Replace : std::uint8_t { nothing, in_place /* its own DDL replaces it */, drop_and_create };

// Which of the common attributes a kind has in PostgreSQL.
namespace has {
inline constexpr unsigned owner = 1, grants = 2, comment = 4, security_label = 8;
inline constexpr unsigned all = owner | grants | comment | security_label;
}  // namespace has

struct KindSpec {
    ObjectKind kind;
    std::string_view word;    // PostgreSQL's word, also in findings: object_type
    std::string_view plural;  // what schema_audit.compare calls it
    std::string_view stem;    // of its rules: missing-…, extra-…, …-mismatch
    Place place;
    std::string_view sql;  // as in DROP … and COMMENT ON …
    Replace replace;
    bool compared_by_default;
    std::span<const AttributeSpec> attributes;
    unsigned common = has::all;
};

// Every kind begins with these.
inline constexpr auto common_attributes = std::to_array<AttributeSpec>({
    {"ddl", AttributeGroup::never},  // statements that create the object as it is
    {"owner", AttributeGroup::owner, "owner-mismatch", "ALTER {sql} {object} OWNER TO {value};"},
    {"grants", AttributeGroup::grants, "grants-mismatch", "{grants}"},
    {"comment", AttributeGroup::comment, "comment-mismatch", "COMMENT ON {sql} {object} IS {literal};"},
    {"security_labels", AttributeGroup::security_label, "security-label-mismatch"},
});

inline constexpr auto table_attributes = std::to_array<AttributeSpec>({
    {"persistence", AttributeGroup::of_kind, "persistence-mismatch", "ALTER TABLE {object} SET {value};", "logged"},
    {"partition_key", AttributeGroup::of_kind, "partition-key-mismatch"},
    {"partition_bound", AttributeGroup::of_kind, "partition-bound-mismatch",
     "ALTER TABLE {parent} DETACH PARTITION {object}; ALTER TABLE {parent} ATTACH PARTITION {object} {value};"},
    {"inherits", AttributeGroup::of_kind, "inheritance-mismatch", "{inheritance}"},
    {"row_security", AttributeGroup::of_kind, "row-security-mismatch", "ALTER TABLE {object} {row_security};",
     "disabled"},
    {"replica_identity", AttributeGroup::of_kind, "replica-identity-mismatch",
     "ALTER TABLE {object} REPLICA IDENTITY {value};", "DEFAULT"},
    {"access_method", AttributeGroup::of_kind, "access-method-mismatch",
     "ALTER TABLE {object} SET ACCESS METHOD {value};", "heap"},
    {"tablespace", AttributeGroup::tablespace, "tablespace-mismatch", "ALTER TABLE {object} SET TABLESPACE {value};",
     "pg_default"},
    {"storage_parameters", AttributeGroup::storage, "storage-mismatch", "ALTER TABLE {object} {parameters};"},
    {"clustered_on", AttributeGroup::storage, "storage-mismatch", "ALTER TABLE {object} {value};",
     "SET WITHOUT CLUSTER"},
    {"of_type", AttributeGroup::of_kind, "table-mismatch", "ALTER TABLE {object} {value};", "NOT OF"},
    {"server", AttributeGroup::of_kind, "table-mismatch"},
    {"options", AttributeGroup::of_kind, "table-mismatch", "ALTER FOREIGN TABLE {object} {options};"},
});

inline constexpr auto column_attributes = std::to_array<AttributeSpec>({
    {"storage", AttributeGroup::storage, "storage-mismatch",
     "ALTER TABLE {table} ALTER COLUMN {name} SET STORAGE {value};"},
    {"compression", AttributeGroup::storage, "storage-mismatch",
     "ALTER TABLE {table} ALTER COLUMN {name} SET COMPRESSION {value};", "default"},
    {"statistics_target", AttributeGroup::statistics_target, "statistics-target-mismatch",
     "ALTER TABLE {table} ALTER COLUMN {name} SET STATISTICS {value};", "-1"},
    {"options", AttributeGroup::storage, "storage-mismatch", "ALTER TABLE {table} {column_parameters};"},
    {"foreign_options", AttributeGroup::of_kind, "column-mismatch",
     "ALTER FOREIGN TABLE {table} ALTER COLUMN {name} {options};"},
    // Of its NOT NULL, which servers since 18 keep as a constraint.
    {"not_null_name", AttributeGroup::of_kind, "name-mismatch",
     "ALTER TABLE {table} RENAME CONSTRAINT {not_null} TO {own};", "as the server names it"},
    {"not_null_validity", AttributeGroup::of_kind, "unvalidated-constraint",
     "ALTER TABLE {table} VALIDATE CONSTRAINT {not_null};", "VALID"},
    {"not_null_inheritance", AttributeGroup::of_kind, "column-mismatch",
     "ALTER TABLE {table} ALTER CONSTRAINT {not_null} {value};", "INHERIT"},
    {"not_null_comment", AttributeGroup::comment, "comment-mismatch",
     "COMMENT ON CONSTRAINT {not_null} ON {table} IS {literal};"},
});

// The rules of a constraint are those of its kind of constraint. Storage is that of its index.
inline constexpr auto constraint_attributes = std::to_array<AttributeSpec>({
    {"include"},
    {"set_columns", AttributeGroup::of_kind, {}, {}, "all"},
    {"enforced", AttributeGroup::of_kind, {}, {}, "enforced"},
    {"period"},
    {"storage_parameters", AttributeGroup::storage, "storage-mismatch", "ALTER INDEX {index} {parameters};"},
    {"tablespace", AttributeGroup::tablespace, "tablespace-mismatch", "ALTER INDEX {index} SET TABLESPACE {value};",
     "pg_default"},
    {"index_comment", AttributeGroup::comment, "comment-mismatch", "COMMENT ON INDEX {index} IS {literal};"},
});

inline constexpr auto index_attributes = std::to_array<AttributeSpec>({
    {"storage_parameters", AttributeGroup::storage, "storage-mismatch", "ALTER INDEX {index} {parameters};"},
    {"tablespace", AttributeGroup::tablespace, "tablespace-mismatch", "ALTER INDEX {index} SET TABLESPACE {value};",
     "pg_default"},
    {"statistics_targets", AttributeGroup::statistics_target, "statistics-target-mismatch",
     "ALTER INDEX {index} {statistics};"},
});

inline constexpr auto sequence_attributes = std::to_array<AttributeSpec>({
    {"owned_by"},
    {"type", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} AS {value};", "bigint"},
    {"start", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} START {value};"},
    {"increment", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} INCREMENT {value};", "1"},
    {"minimum", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} MINVALUE {value};"},
    {"maximum", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} MAXVALUE {value};"},
    {"cache", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} CACHE {value};", "1"},
    {"cycle", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} {value};", "no cycle"},
    {"persistence", AttributeGroup::of_kind, {}, "ALTER SEQUENCE {object} SET {value};", "logged"},
});

// What CREATE OR REPLACE cannot change.
inline constexpr std::string_view anew = "DROP {sql} {object}; {ddl}";

inline constexpr auto view_attributes = std::to_array<AttributeSpec>({
    {"definition"},
    {"columns", AttributeGroup::of_kind, {}, anew},
    {"column_defaults", AttributeGroup::of_kind, {}, anew},
    {"options"},
    {"column_grants", AttributeGroup::grants, "grants-mismatch", "{column_grants}"},
    {"column_comments", AttributeGroup::comment, "comment-mismatch", "{column_comments}"},
    {"column_labels", AttributeGroup::security_label, "security-label-mismatch"},
});

inline constexpr auto materialized_view_attributes = std::to_array<AttributeSpec>({
    {"definition"},
    {"columns"},
    {"storage_parameters", AttributeGroup::storage, {}, "ALTER MATERIALIZED VIEW {object} {parameters};"},
    {"access_method",
     AttributeGroup::of_kind,
     {},
     "ALTER MATERIALIZED VIEW {object} SET ACCESS METHOD {value};",
     "heap",
     false},
    {"tablespace",
     AttributeGroup::tablespace,
     {},
     "ALTER MATERIALIZED VIEW {object} SET TABLESPACE {value};",
     "pg_default",
     false},
    {"populated", AttributeGroup::of_kind, {}, "REFRESH MATERIALIZED VIEW {object} {value};", "WITH DATA", false},
    {"indexes"},
    {"clustered_on", AttributeGroup::storage, "storage-mismatch", "ALTER MATERIALIZED VIEW {object} {value};",
     "SET WITHOUT CLUSTER"},
    {"column_storage", AttributeGroup::storage, "storage-mismatch"},
    {"column_statistics", AttributeGroup::statistics_target, "statistics-target-mismatch", "{column_statistics}"},
    {"column_grants", AttributeGroup::grants, "grants-mismatch", "{column_grants}"},
    {"column_comments", AttributeGroup::comment, "comment-mismatch", "{column_comments}"},
    {"column_labels", AttributeGroup::security_label, "security-label-mismatch"},
    {"index_comments", AttributeGroup::comment, "comment-mismatch", "{index_comments}"},
});

inline constexpr auto function_attributes = std::to_array<AttributeSpec>({
    {"arguments", AttributeGroup::of_kind, {}, anew},
    {"defaults", AttributeGroup::of_kind, {}, anew},
    {"returns", AttributeGroup::of_kind, {}, anew},
    {"language"},
    {"body"},
    {"sql_body"},
    {"library"},
    {"window", AttributeGroup::of_kind, {}, anew},
    {"volatility", AttributeGroup::of_kind, {}, "ALTER FUNCTION {object} {value};", "VOLATILE"},
    {"null_input", AttributeGroup::of_kind, {}, "ALTER FUNCTION {object} {value};", "CALLED ON NULL INPUT"},
    {"security", AttributeGroup::of_kind, {}, "ALTER FUNCTION {object} {value};", "SECURITY INVOKER"},
    {"leakproof", AttributeGroup::of_kind, {}, "ALTER FUNCTION {object} {value};", "NOT LEAKPROOF"},
    {"parallel", AttributeGroup::of_kind, {}, "ALTER FUNCTION {object} PARALLEL {value};", "UNSAFE"},
    {"cost"},
    {"rows"},
    {"support"},
    {"settings"},
    {"transforms"},
});

inline constexpr auto procedure_attributes = std::to_array<AttributeSpec>({
    {"arguments", AttributeGroup::of_kind, {}, anew},
    {"defaults", AttributeGroup::of_kind, {}, anew},
    {"language"},
    {"body"},
    {"sql_body"},
    {"library"},
    {"security", AttributeGroup::of_kind, {}, "ALTER PROCEDURE {object} {value};", "SECURITY INVOKER"},
    {"settings"},
    {"transforms"},
});

inline constexpr auto aggregate_attributes = std::to_array<AttributeSpec>({
    {"arguments", AttributeGroup::of_kind, {}, anew},
    {"kind", AttributeGroup::of_kind, {}, anew, "normal"},
    {"transition_function"},
    {"state_type"},
    {"state_size"},
    {"initial_state"},
    {"final_function", AttributeGroup::of_kind, {}, anew},
    {"final_extra"},
    {"final_modify"},
    {"combine_function"},
    {"serial_function"},
    {"deserial_function"},
    {"moving_transition_function"},
    {"moving_inverse_function"},
    {"moving_state_type"},
    {"moving_state_size"},
    {"moving_initial_state"},
    {"moving_final_function"},
    {"moving_final_extra"},
    {"moving_final_modify"},
    {"sort_operator"},
    {"parallel", AttributeGroup::of_kind, {}, {}, "UNSAFE"},
});

inline constexpr auto trigger_attributes = std::to_array<AttributeSpec>({
    {"timing"},
    {"events"},
    {"columns"},
    {"level", AttributeGroup::of_kind, {}, {}, "STATEMENT"},
    {"condition"},
    {"function"},
    {"arguments"},
    {"constraint"},
    {"deferrable", AttributeGroup::of_kind, {}, {}, "NOT DEFERRABLE"},
    {"referenced_table"},
    {"old_table"},
    {"new_table"},
    {"enabled", AttributeGroup::of_kind, {}, "ALTER TABLE {table} {value} TRIGGER {name};", "ENABLE"},
});

inline constexpr auto policy_attributes = std::to_array<AttributeSpec>({
    {"command", AttributeGroup::of_kind, {}, {}, "ALL"},
    {"restrictive", AttributeGroup::of_kind, {}, {}, "PERMISSIVE"},
    {"roles", AttributeGroup::of_kind, {}, "ALTER POLICY {object} TO {value};", "PUBLIC"},
    {"using"},
    {"with_check"},
});

inline constexpr auto event_trigger_attributes = std::to_array<AttributeSpec>({
    {"event"},
    {"tags"},
    {"function"},
    {"enabled", AttributeGroup::of_kind, {}, "ALTER EVENT TRIGGER {object} {value};", "ENABLE"},
});

inline constexpr auto language_attributes = std::to_array<AttributeSpec>({
    {"handler"},
    {"inline_handler"},
    {"validator"},
    {"trusted"},
});

inline constexpr auto transform_attributes = std::to_array<AttributeSpec>({
    {"from_sql"},
    {"to_sql"},
});

inline constexpr auto rule_attributes = std::to_array<AttributeSpec>({
    {"event"},
    {"condition"},
    {"instead", AttributeGroup::of_kind, {}, {}, "also"},
    {"actions", AttributeGroup::of_kind, {}, {}, "nothing"},
    {"enabled", AttributeGroup::of_kind, {}, {}, "enabled"},
});

inline constexpr auto enum_attributes = std::to_array<AttributeSpec>({
    {"labels"},
});

inline constexpr auto domain_attributes = std::to_array<AttributeSpec>({
    {"type"},
    {"collation", AttributeGroup::of_kind, {}, {}, "the type's own"},
    {"not_null",
     AttributeGroup::of_kind,
     {},
     "ALTER DOMAIN {object} SET NOT NULL;",
     "null",
     true,
     "ALTER DOMAIN {object} DROP NOT NULL;"},
    {"default",
     AttributeGroup::of_kind,
     {},
     "ALTER DOMAIN {object} SET DEFAULT {value};",
     {},
     true,
     "ALTER DOMAIN {object} DROP DEFAULT;"},
    {"constraints"},
    // Since 18, where a dump keeps it.
    {"not_null_name", AttributeGroup::of_kind, "name-mismatch", {}, "as the server names it"},
    {"constraint_comments", AttributeGroup::comment, "comment-mismatch", "{constraint_comments}"},
});

inline constexpr auto composite_type_attributes = std::to_array<AttributeSpec>({
    {"attributes"},
    {"attribute_comments", AttributeGroup::comment, "comment-mismatch", "{column_comments}"},
    {"attribute_labels", AttributeGroup::security_label, "security-label-mismatch"},
});

inline constexpr auto range_type_attributes = std::to_array<AttributeSpec>({
    {"subtype"},
    {"operator_class", AttributeGroup::of_kind, {}, {}, "the subtype's own"},
    {"collation", AttributeGroup::of_kind, {}, {}, "the subtype's own"},
    {"canonical"},
    {"difference"},
    {"multirange", AttributeGroup::of_kind, {}, {}, "named after the range"},
});

inline constexpr auto base_type_attributes = std::to_array<AttributeSpec>({
    {"state", AttributeGroup::of_kind, {}, {}, "complete"},
    {"input"},
    {"output"},
    {"receive"},
    {"send"},
    {"modifier_input"},
    {"modifier_output"},
    {"analyze"},
    {"subscript"},
    {"length", AttributeGroup::of_kind, {}, {}, "variable"},
    {"passed_by", AttributeGroup::of_kind, {}, {}, "reference"},
    {"alignment", AttributeGroup::of_kind, {}, {}, "int4"},
    {"storage", AttributeGroup::of_kind, {}, "ALTER TYPE {object} SET (STORAGE = {value});", "plain"},
    {"category", AttributeGroup::of_kind, {}, {}, "U"},
    {"preferred"},
    {"default"},
    {"element"},
    {"delimiter", AttributeGroup::of_kind, {}, {}, ","},
    {"collatable"},
});

// The version of a provider's library says nothing about the schema: it is left out.
inline constexpr auto collation_attributes = std::to_array<AttributeSpec>({
    {"provider", AttributeGroup::of_kind, {}, {}, "libc"},
    {"locale"},
    {"character_type"},
    {"deterministic", AttributeGroup::of_kind, {}, {}, "deterministic"},
    {"rules"},
});

inline constexpr auto conversion_attributes = std::to_array<AttributeSpec>({
    {"source"},
    {"destination"},
    {"function"},
    {"default", AttributeGroup::of_kind, {}, {}, "not the default"},
});

inline constexpr auto operator_attributes = std::to_array<AttributeSpec>({
    {"function"},
    {"commutator"},
    {"negator"},
    {"restrict", AttributeGroup::of_kind, {}, "ALTER OPERATOR {object} SET (RESTRICT = {value});", "NONE"},
    {"join", AttributeGroup::of_kind, {}, "ALTER OPERATOR {object} SET (JOIN = {value});", "NONE"},
    {"hashes"},
    {"merges"},
});

inline constexpr auto operator_class_attributes = std::to_array<AttributeSpec>({
    {"type"},
    {"default", AttributeGroup::of_kind, {}, {}, "not the default"},
    {"family", AttributeGroup::of_kind, {}, {}, "of its own name"},
    {"storage", AttributeGroup::of_kind, {}, {}, "the type itself"},
    {"operators"},
    {"functions"},
});

inline constexpr auto operator_family_attributes = std::to_array<AttributeSpec>({
    {"operators"},
    {"functions"},
});

inline constexpr auto cast_attributes = std::to_array<AttributeSpec>({
    {"method"},
    {"context", AttributeGroup::of_kind, {}, {}, "explicit"},
});

inline constexpr auto text_search_configuration_attributes = std::to_array<AttributeSpec>({
    {"parser"},
    {"mappings"},
});

inline constexpr auto text_search_dictionary_attributes = std::to_array<AttributeSpec>({
    {"template"},
    {"options"},
});

inline constexpr auto text_search_parser_attributes = std::to_array<AttributeSpec>({
    {"start"},
    {"get_token"},
    {"end"},
    {"headline"},
    {"token_types"},
});

inline constexpr auto text_search_template_attributes = std::to_array<AttributeSpec>({
    {"init"},
    {"lexize"},
});

inline constexpr auto statistics_attributes = std::to_array<AttributeSpec>({
    {"table"},
    {"columns"},
    {"expressions"},
    {"kinds", AttributeGroup::of_kind, {}, {}, "all"},
    {"statistics_target", AttributeGroup::statistics_target, "statistics-target-mismatch",
     "ALTER STATISTICS {object} SET STATISTICS {value};", "-1"},
});

inline constexpr auto access_method_attributes = std::to_array<AttributeSpec>({
    {"type"},
    {"handler"},
});

inline constexpr auto extension_attributes = std::to_array<AttributeSpec>({
    {.name = "version", .fix = "ALTER EXTENSION {object} UPDATE TO {literal};", .when_said = true},
    {.name = "schema", .fix = "ALTER EXTENSION {object} SET SCHEMA {value};", .when_said = true},
});

inline constexpr auto publication_attributes = std::to_array<AttributeSpec>({
    {"all_tables"},
    {"operations",
     AttributeGroup::of_kind,
     {},
     "ALTER PUBLICATION {object} SET (publish = {literal});",
     "insert, update, delete, truncate"},
    {"via_root",
     AttributeGroup::of_kind,
     {},
     "ALTER PUBLICATION {object} SET (publish_via_partition_root = {value});",
     "false"},
    {"generated_columns",
     AttributeGroup::of_kind,
     {},
     "ALTER PUBLICATION {object} SET (publish_generated_columns = {value});",
     "none"},
});

inline constexpr auto publication_membership_attributes = std::to_array<AttributeSpec>({
    {"columns", AttributeGroup::of_kind, {}, {}, "all"},
    {"filter"},
});

// The connection without what is secret: neither password nor service, which may hold one.
inline constexpr auto subscription_attributes = std::to_array<AttributeSpec>({
    {"connection"},
    {"publications",
     AttributeGroup::of_kind,
     {},
     "ALTER SUBSCRIPTION {object} SET PUBLICATION {value} WITH (refresh = false);"},
    {.name = "enabled", .fix = "ALTER SUBSCRIPTION {object} {value};", .when_said = true},
    {"slot", AttributeGroup::of_kind, {}, "ALTER SUBSCRIPTION {object} SET (slot_name = {value});"},
    {"options"},
});

inline constexpr auto foreign_data_wrapper_attributes = std::to_array<AttributeSpec>({
    {.name = "handler",
     .fix = "ALTER FOREIGN DATA WRAPPER {object} HANDLER {value};",
     .unset = "ALTER FOREIGN DATA WRAPPER {object} NO HANDLER;"},
    {.name = "validator",
     .fix = "ALTER FOREIGN DATA WRAPPER {object} VALIDATOR {value};",
     .unset = "ALTER FOREIGN DATA WRAPPER {object} NO VALIDATOR;"},
    {"options", AttributeGroup::of_kind, {}, "ALTER FOREIGN DATA WRAPPER {object} {options};"},
});

inline constexpr auto server_attributes = std::to_array<AttributeSpec>({
    {"wrapper"},
    {"type"},
    {"version", AttributeGroup::of_kind, {}, "ALTER SERVER {object} VERSION {literal};"},
    {"options", AttributeGroup::of_kind, {}, "ALTER SERVER {object} {options};"},
});

inline constexpr auto default_privileges_attributes = std::to_array<AttributeSpec>({
    {"privileges", AttributeGroup::of_kind, {}, "{own}"},
});

inline constexpr auto role_attributes = std::to_array<AttributeSpec>({
    {"superuser", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOSUPERUSER"},
    {"inherit", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "INHERIT"},
    {"create_role", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOCREATEROLE"},
    {"create_database", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOCREATEDB"},
    {"login", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOLOGIN"},
    {"replication", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOREPLICATION"},
    {"bypass_row_security", AttributeGroup::of_kind, {}, "ALTER ROLE {object} {value};", "NOBYPASSRLS"},
    {"connection_limit", AttributeGroup::of_kind, {}, "ALTER ROLE {object} CONNECTION LIMIT {value};", "-1"},
    {"valid_until", AttributeGroup::of_kind, {}, "ALTER ROLE {object} VALID UNTIL {literal};", "infinity"},
    {"member_of", AttributeGroup::of_kind, {}, "{own}"},
});

inline constexpr auto parameter_privileges_attributes = std::to_array<AttributeSpec>({
    {"privileges", AttributeGroup::of_kind, {}, "{own}"},
});

// In the order of ObjectKind.
inline constexpr auto kinds = std::to_array<KindSpec>({
    {ObjectKind::table, "table", "tables", "table", Place::part, "TABLE", Replace::nothing, true, table_attributes},
    {ObjectKind::column, "column", "columns", "column", Place::part, "COLUMN", Replace::nothing, true,
     column_attributes, has::all & ~has::owner},
    {ObjectKind::constraint, "constraint", "constraints", "constraint", Place::part, "CONSTRAINT", Replace::nothing,
     true, constraint_attributes, has::comment},
    {ObjectKind::index, "index", "indexes", "index", Place::part, "INDEX", Replace::nothing, true, index_attributes,
     has::comment},
    {ObjectKind::sequence, "sequence", "sequences", "sequence", Place::in_schema, "SEQUENCE", Replace::nothing, true,
     sequence_attributes},
    {ObjectKind::view, "view", "views", "view", Place::in_schema, "VIEW", Replace::in_place, true, view_attributes},
    {ObjectKind::materialized_view, "materialized view", "materialized views", "materialized-view", Place::in_schema,
     "MATERIALIZED VIEW", Replace::drop_and_create, true, materialized_view_attributes},
    {ObjectKind::function, "function", "functions", "function", Place::in_schema, "FUNCTION", Replace::in_place, true,
     function_attributes},
    {ObjectKind::procedure, "procedure", "procedures", "procedure", Place::in_schema, "PROCEDURE", Replace::in_place,
     true, procedure_attributes},
    {ObjectKind::aggregate, "aggregate", "aggregates", "aggregate", Place::in_schema, "AGGREGATE", Replace::in_place,
     true, aggregate_attributes},
    {ObjectKind::trigger, "trigger", "triggers", "trigger", Place::on_table, "TRIGGER", Replace::drop_and_create, true,
     trigger_attributes, has::comment},
    {ObjectKind::policy, "policy", "policies", "policy", Place::on_table, "POLICY", Replace::drop_and_create, true,
     policy_attributes, has::comment},
    {ObjectKind::rule, "rule", "rules", "rule", Place::on_table, "RULE", Replace::drop_and_create, true,
     rule_attributes, has::comment},
    {ObjectKind::event_trigger, "event trigger", "event triggers", "event-trigger", Place::in_database, "EVENT TRIGGER",
     Replace::drop_and_create, true, event_trigger_attributes, has::all & ~has::grants},
    {ObjectKind::language, "language", "languages", "language", Place::in_database, "LANGUAGE", Replace::in_place, true,
     language_attributes},
    {ObjectKind::transform, "transform", "transforms", "transform", Place::in_database, "TRANSFORM", Replace::in_place,
     true, transform_attributes, has::comment},
    {ObjectKind::enum_type, "enum", "enums", "enum", Place::in_schema, "TYPE", Replace::nothing, true, enum_attributes},
    {ObjectKind::domain, "domain", "domains", "domain", Place::in_schema, "DOMAIN", Replace::nothing, true,
     domain_attributes},
    {ObjectKind::composite_type, "composite type", "composite types", "composite-type", Place::in_schema, "TYPE",
     Replace::nothing, true, composite_type_attributes},
    {ObjectKind::range_type, "range type", "range types", "range-type", Place::in_schema, "TYPE",
     Replace::drop_and_create, true, range_type_attributes},
    {ObjectKind::base_type, "base type", "base types", "base-type", Place::in_schema, "TYPE", Replace::nothing, true,
     base_type_attributes},
    {ObjectKind::collation, "collation", "collations", "collation-object", Place::in_schema, "COLLATION",
     Replace::drop_and_create, true, collation_attributes, has::owner | has::comment},
    {ObjectKind::conversion, "conversion", "conversions", "conversion", Place::in_schema, "CONVERSION",
     Replace::drop_and_create, true, conversion_attributes, has::owner | has::comment},
    {ObjectKind::operator_, "operator", "operators", "operator", Place::in_schema, "OPERATOR", Replace::drop_and_create,
     true, operator_attributes, has::owner | has::comment},
    {ObjectKind::operator_class, "operator class", "operator classes", "operator-class", Place::in_schema,
     "OPERATOR CLASS", Replace::drop_and_create, true, operator_class_attributes, has::owner | has::comment},
    {ObjectKind::operator_family, "operator family", "operator families", "operator-family", Place::in_schema,
     "OPERATOR FAMILY", Replace::nothing, true, operator_family_attributes, has::owner | has::comment},
    {ObjectKind::cast, "cast", "casts", "cast", Place::in_schema, "CAST", Replace::drop_and_create, true,
     cast_attributes, has::comment},
    {ObjectKind::text_search_configuration, "text search configuration", "text search configurations",
     "text-search-configuration", Place::in_schema, "TEXT SEARCH CONFIGURATION", Replace::drop_and_create, true,
     text_search_configuration_attributes, has::owner | has::comment},
    {ObjectKind::text_search_dictionary, "text search dictionary", "text search dictionaries", "text-search-dictionary",
     Place::in_schema, "TEXT SEARCH DICTIONARY", Replace::drop_and_create, true, text_search_dictionary_attributes,
     has::owner | has::comment},
    {ObjectKind::text_search_parser, "text search parser", "text search parsers", "text-search-parser",
     Place::in_schema, "TEXT SEARCH PARSER", Replace::drop_and_create, true, text_search_parser_attributes,
     has::comment},
    {ObjectKind::text_search_template, "text search template", "text search templates", "text-search-template",
     Place::in_schema, "TEXT SEARCH TEMPLATE", Replace::drop_and_create, true, text_search_template_attributes,
     has::comment},
    {ObjectKind::statistics, "statistics", "extended statistics", "statistics", Place::in_schema, "STATISTICS",
     Replace::drop_and_create, true, statistics_attributes, has::owner | has::comment},
    {ObjectKind::access_method, "access method", "access methods", "access-method-object", Place::in_database,
     "ACCESS METHOD", Replace::drop_and_create, true, access_method_attributes, has::comment},
    {ObjectKind::schema, "schema", "schemas", "schema", Place::in_database, "SCHEMA", Replace::nothing, true, {}},
    {ObjectKind::extension, "extension", "extensions", "extension", Place::in_database, "EXTENSION", Replace::nothing,
     true, extension_attributes, has::comment},
    {ObjectKind::publication, "publication", "publications", "publication", Place::in_database, "PUBLICATION",
     Replace::drop_and_create, true, publication_attributes, has::owner | has::comment | has::security_label},
    {ObjectKind::publication_membership, "publication membership", "publication memberships", "publication-membership",
     Place::on_table, "PUBLICATION", Replace::drop_and_create, true, publication_membership_attributes, 0},
    {ObjectKind::subscription, "subscription", "subscriptions", "subscription", Place::in_database, "SUBSCRIPTION",
     Replace::nothing, true, subscription_attributes, has::owner | has::comment | has::security_label},
    {ObjectKind::foreign_data_wrapper, "foreign-data wrapper", "foreign-data wrappers", "foreign-data-wrapper",
     Place::in_database, "FOREIGN DATA WRAPPER", Replace::nothing, true, foreign_data_wrapper_attributes,
     has::owner | has::grants | has::comment},
    {ObjectKind::server, "server", "servers", "server", Place::in_database, "SERVER", Replace::drop_and_create, true,
     server_attributes, has::owner | has::grants | has::comment},
    {ObjectKind::user_mapping,
     "user mapping",
     "user mappings",
     "user-mapping",
     Place::in_database,
     "USER MAPPING",
     Replace::nothing,
     true,
     {},
     0},
    {ObjectKind::default_privileges, "default privileges", "default privileges", "default-privileges",
     Place::in_database, "DEFAULT PRIVILEGES", Replace::nothing, true, default_privileges_attributes, 0},
    {ObjectKind::role, "role", "roles", "role", Place::in_database, "ROLE", Replace::nothing, false, role_attributes,
     has::comment | has::security_label},
    {ObjectKind::parameter_privileges, "parameter privileges", "parameter privileges", "parameter-privileges",
     Place::in_database, "PARAMETER", Replace::nothing, false, parameter_privileges_attributes, 0},
});
inline constexpr std::size_t kind_count = kinds.size();
static_assert(kind_count <= 64, "masks of kinds have 64 bits");
static_assert([] {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i].kind != static_cast<ObjectKind>(i)) {
            return false;
        }
    }
    return true;
}());

[[nodiscard]] constexpr const KindSpec &spec_of(ObjectKind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}

[[nodiscard]] constexpr bool is_view(ObjectKind kind) noexcept {
    return kind == ObjectKind::view || kind == ObjectKind::materialized_view;
}

// What identifies an attribute of a kind: its place in the common list, then in the kind's own.
using AttributeId = std::uint8_t;

[[nodiscard]] constexpr const AttributeSpec &attribute_spec(ObjectKind kind, AttributeId id) noexcept {
    return id < common_attributes.size() ? common_attributes[id]
                                         : spec_of(kind).attributes[id - common_attributes.size()];
}

// Does PostgreSQL know the attribute for the kind?
[[nodiscard]] constexpr bool has_attribute(ObjectKind kind, AttributeId id) noexcept {
    if (id >= common_attributes.size()) {
        return true;
    }
    const unsigned common = spec_of(kind).common;
    switch (common_attributes[id].group) {
        case AttributeGroup::owner:
            return (common & has::owner) != 0;
        case AttributeGroup::grants:
            return (common & has::grants) != 0;
        case AttributeGroup::comment:
            return (common & has::comment) != 0;
        case AttributeGroup::security_label:
            return (common & has::security_label) != 0;
        default:
            return true;
    }
}

[[nodiscard]] constexpr std::optional<AttributeId> find_attribute(ObjectKind kind, std::string_view name) noexcept {
    const std::size_t count = common_attributes.size() + spec_of(kind).attributes.size();
    for (std::size_t id = 0; id < count; ++id) {
        if (attribute_spec(kind, static_cast<AttributeId>(id)).name == name &&
            has_attribute(kind, static_cast<AttributeId>(id))) {
            return static_cast<AttributeId>(id);
        }
    }
    return std::nullopt;
}

// The same for names that are known when compiling; does not compile for one that the kind has not.
consteval AttributeId attribute(ObjectKind kind, std::string_view name) { return find_attribute(kind, name).value(); }

// Masks: kinds that a model describes, and what is compared of it.
using KindMask = std::uint64_t;
[[nodiscard]] constexpr KindMask mask_of(ObjectKind kind) noexcept {
    return KindMask{1} << static_cast<unsigned>(kind);
}
[[nodiscard]] constexpr KindMask kinds_at(Place place) noexcept {
    KindMask mask = 0;
    for (const KindSpec &kind : kinds) {
        mask |= kind.place == place ? mask_of(kind.kind) : 0;
    }
    return mask;
}
// Whether the names of its objects are SQL already, since a bare name does not tell them apart: total(integer).
[[nodiscard]] constexpr bool is_named_in_sql(ObjectKind kind) noexcept {
    return kind == ObjectKind::function || kind == ObjectKind::procedure || kind == ObjectKind::aggregate ||
           kind == ObjectKind::transform || kind == ObjectKind::operator_ || kind == ObjectKind::cast;
}
// Kinds of objects, by what registers them: schemas, or the database as a whole.
inline constexpr KindMask kinds_of_schemas = kinds_at(Place::in_schema) | kinds_at(Place::on_table) |
                                             mask_of(ObjectKind::schema) | mask_of(ObjectKind::default_privileges);
inline constexpr KindMask kinds_of_database = kinds_at(Place::in_database) & ~kinds_of_schemas;
[[nodiscard]] std::optional<ObjectKind> kind_from(std::string_view word) noexcept;

// What schema_audit.compare may switch on or off, for all models or for some.
struct CompareItem {
    std::string_view name;  // "views", "grants", "column order"
    std::string_view description;
    bool by_default;
};
[[nodiscard]] std::span<const CompareItem> compare_items() noexcept;  // kinds first, in their order
using CompareMask = std::uint64_t;
[[nodiscard]] CompareMask default_compare_mask() noexcept;
[[nodiscard]] std::string_view item_of(AttributeGroup group) noexcept;  // empty: nothing switches it
[[nodiscard]] CompareMask without(CompareMask mask, AttributeGroup group) noexcept;
[[nodiscard]] std::optional<std::size_t> find_compare_item(std::string_view name) noexcept;
[[nodiscard]] bool is_compared(CompareMask mask, ObjectKind kind) noexcept;
[[nodiscard]] bool is_compared(CompareMask mask, AttributeGroup group) noexcept;

}  // namespace schema_audit
