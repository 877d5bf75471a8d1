// Policies of row security.
#include "server/live_objects/reader.hpp"
#include "server/query_text.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_policy(std::string_view name) { return attribute(ObjectKind::policy, name); }

struct PolicyParts {
    Oid table;
    const char *name, *command, *roles;
    bool restrictive;
    const char *condition, *check;  // node texts
};

const char *command_of(char command) {
    switch (command) {
        case ACL_SELECT_CHR:
            return "SELECT";
        case ACL_INSERT_CHR:
            return "INSERT";
        case ACL_UPDATE_CHR:
            return "UPDATE";
        case ACL_DELETE_CHR:
            return "DELETE";
        default:
            return nullptr;
    }
}

// Sorted names; null for PUBLIC.
const char *roles_of(HeapTuple tuple, TupleDesc descriptor) {
    bool is_null = false;
    ArrayType *roles = DatumGetArrayTypeP(heap_getattr(tuple, Anum_pg_policy_polroles, descriptor, &is_null));
    const auto *oids = reinterpret_cast<const Oid *>(ARR_DATA_PTR(roles));
    const int count = ARR_DIMS(roles)[0];
    if (count == 1 && oids[0] == ACL_ID_PUBLIC) {
        return nullptr;
    }
    auto **names = static_cast<const char **>(palloc(sizeof(char *) * static_cast<std::size_t>(count)));
    for (int i = 0; i < count; ++i) {
        const char *name = role_name(oids[i]);
        names[i] = name == nullptr ? "" : name;
    }
    return sorted_texts(names, count);
}

const char *node_text(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

PolicyParts parts_of(HeapTuple tuple, TupleDesc descriptor) {
    const auto &row = *reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple));
    return {row.polrelid,
            pstrdup(quote_identifier(NameStr(row.polname))),
            command_of(row.polcmd),
            roles_of(tuple, descriptor),
            !row.polpermissive,
            node_text(tuple, Anum_pg_policy_polqual, descriptor),
            node_text(tuple, Anum_pg_policy_polwithcheck, descriptor)};
}

const char *condition_text(const char *node_text, Oid table, QueryForm form) {
    if (node_text == nullptr) {
        return nullptr;
    }
    const char *text =
        text_of_condition(static_cast<Node *>(stringToNode(node_text)), form, table, ConditionRows::of_relation);
    return text == nullptr ? "NULL" : text;
}

char *ddl_of(const PolicyParts &parts) {
    const char *table = get_rel_name(parts.table);
    if (table == nullptr) {
        return nullptr;
    }
    const char *schema = get_namespace_name(get_rel_namespace(parts.table));
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE POLICY %s ON %s", parts.name, quote_qualified_identifier(schema, table));
    appendStringInfoString(&text, parts.restrictive ? " AS RESTRICTIVE" : "");
    if (parts.command != nullptr) {
        appendStringInfo(&text, " FOR %s", parts.command);
    }
    if (parts.roles != nullptr) {
        appendStringInfo(&text, " TO %s", parts.roles);
    }
    const auto add = [&](const char *word, const char *expression) {
        if (expression != nullptr) {
            appendStringInfo(&text, " %s (%s)", word, condition_text(expression, parts.table, QueryForm::exact));
        }
    };
    add("USING", parts.condition);
    add("WITH CHECK", parts.check);
    appendStringInfoChar(&text, ';');
    return text.data;
}

void print(ObjectReader &reader, const PolicyParts &parts) {
    reader.set(of_policy("using"), condition_text(parts.condition, parts.table, QueryForm::normal));
    reader.set(of_policy("with_check"), condition_text(parts.check, parts.table, QueryForm::normal));
    if (reader.wants_ddl()) {
        reader.set(of_policy("ddl"), ddl_of(parts));
    }
}

}  // namespace

void read_policies(ObjectReader &reader) {
    std::unordered_map<Oid, PolicyParts> policies;
    scan_catalog(PolicyRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_policy>(GETSTRUCT(tuple));
        if (!reader.begin_on(ObjectKind::policy, PolicyRelationId, row.oid, row.polrelid, NameStr(row.polname))) {
            return;
        }
        const MemoryContext old = MemoryContextSwitchTo(entry_context());
        const PolicyParts parts = parts_of(tuple, descriptor);
        MemoryContextSwitchTo(old);
        reader.set(of_policy("command"), parts.command);
        reader.set(of_policy("roles"), parts.roles);
        reader.set_if(parts.restrictive, of_policy("restrictive"), "RESTRICTIVE");
        policies.emplace(row.oid, parts);
    });
    reader.for_each(ObjectKind::policy, [&](Oid oid) { print(reader, policies.find(oid)->second); });
}

}  // namespace schema_audit::server
