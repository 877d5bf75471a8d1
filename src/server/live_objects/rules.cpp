// Rewrite rules of tables and views. The rule _RETURN is the view itself.
#include "server/live_objects/reader.hpp"
#include "server/query_text.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_rule(std::string_view name) { return attribute(ObjectKind::rule, name); }

constexpr Oid rule_catalog = RewriteRelationId;

const char *event_of(char type) {
    switch (type - '0') {
        case CMD_SELECT:
            return "SELECT";
        case CMD_UPDATE:
            return "UPDATE";
        case CMD_INSERT:
            return "INSERT";
        default:
            return "DELETE";
    }
}

struct Firing {
    const char *text;  // null: as usual
    const char *sql;
};

Firing firing_of(char enabled) {
    switch (enabled) {
        case RULE_DISABLED:
            return {"disabled", "DISABLE"};
        case RULE_FIRES_ON_REPLICA:
            return {"replica", "ENABLE REPLICA"};
        case RULE_FIRES_ALWAYS:
            return {"always", "ENABLE ALWAYS"};
        default:
            return {nullptr, nullptr};
    }
}

// ---- server functions ----

struct RuleRow {
    const char *name, *table;  // the latter as SQL
    char event, enabled;
    bool instead;
    Oid relid;
    const Node *condition;
    const List *actions;
};

Node *node_of(HeapTuple tuple, int column, TupleDesc descriptor) {
    bool is_null = false;
    const Datum node = heap_getattr(tuple, column, descriptor, &is_null);
    return is_null ? nullptr : static_cast<Node *>(stringToNode(TextDatumGetCString(node)));
}

RuleRow rule_row(Oid rule, Snapshot snapshot) {
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
    Relation catalog = table_open(rule_catalog, AccessShareLock);
    SysScanDesc scan = systable_beginscan(catalog, RewriteOidIndexId, true, snapshot, 1, &key);
    HeapTuple tuple = systable_getnext(scan);
    const char *table = nullptr;
    RuleRow result{};
    if (HeapTupleIsValid(tuple)) {
        const auto &row = *reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple));
        table = get_rel_name(row.ev_class);
        const char *schema = get_namespace_name(get_rel_namespace(row.ev_class));
        result = {pstrdup(::quote_identifier(NameStr(row.rulename))),
                  table == nullptr || schema == nullptr ? nullptr : quote_qualified_identifier(schema, table),
                  row.ev_type,
                  row.ev_enabled,
                  row.is_instead,
                  row.ev_class,
                  node_of(tuple, Anum_pg_rewrite_ev_qual, RelationGetDescr(catalog)),
                  reinterpret_cast<List *>(node_of(tuple, Anum_pg_rewrite_ev_action, RelationGetDescr(catalog)))};
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    if (result.table == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("rule with OID %u does not exist", rule)));
    }
    return result;
}

// "action; action"; null for NOTHING.
char *actions_of(const RuleRow &rule, QueryForm form) {
    if (rule.actions == NIL || linitial_node(Query, rule.actions)->commandType == CMD_NOTHING) {
        return nullptr;
    }
    StringInfoData text;
    initStringInfo(&text);
    ListCell *cell = nullptr;
    foreach (cell, rule.actions) {
        appendStringInfo(&text, "%s%s", text.len == 0 ? "" : "; ", text_of_query(lfirst_node(Query, cell), form));
    }
    return text.data;
}

char *ddl_of(const RuleRow &rule) {
    StringInfoData ddl;
    initStringInfo(&ddl);
    appendStringInfo(&ddl, "CREATE RULE %s AS ON %s TO %s", rule.name, event_of(rule.event), rule.table);
    if (const char *condition =
            text_of_condition(rule.condition, QueryForm::exact, rule.relid, ConditionRows::old_and_new)) {
        appendStringInfo(&ddl, " WHERE %s", condition);
    }
    appendStringInfo(&ddl, " DO%s", rule.instead ? " INSTEAD" : "");
    const char *actions = actions_of(rule, QueryForm::exact);
    appendStringInfo(&ddl, list_length(rule.actions) > 1 ? " (%s);" : " %s;", actions == nullptr ? "NOTHING" : actions);
    if (const Firing firing = firing_of(rule.enabled); firing.sql != nullptr) {
        appendStringInfo(&ddl, " ALTER TABLE %s %s RULE %s;", rule.table, firing.sql, rule.name);
    }
    return ddl.data;
}

void print_rule(ObjectReader &reader, Oid oid) {
    const RuleRow rule = rule_row(oid, reader.snapshot());
    reader.set(of_rule("event"), event_of(rule.event));
    reader.set(of_rule("condition"),
               text_of_condition(rule.condition, QueryForm::normal, rule.relid, ConditionRows::old_and_new));
    reader.set_if(rule.instead, of_rule("instead"), "instead");
    reader.set(of_rule("actions"), actions_of(rule, QueryForm::normal));
    reader.set(of_rule("enabled"), firing_of(rule.enabled).text);
    if (reader.wants_ddl()) {
        reader.set(of_rule("ddl"), ddl_of(rule));
    }
}

}  // namespace

void read_rules(ObjectReader &reader) {
    scan_catalog(rule_catalog, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_rewrite>(GETSTRUCT(tuple));
        if (std::strcmp(NameStr(row.rulename), "_RETURN") == 0 || reader.is_member(RelationRelationId, row.ev_class)) {
            return;
        }
        const char *table = get_rel_name(row.ev_class);
        if (table != nullptr && reader.begin(ObjectKind::rule, rule_catalog, row.oid, get_rel_namespace(row.ev_class),
                                             NameStr(row.rulename))) {
            reader.set_table(table);
        }
    });
    reader.for_each(ObjectKind::rule, [&](Oid rule) { print_rule(reader, rule); });
}

}  // namespace schema_audit::server
