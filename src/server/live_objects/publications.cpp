// Publications, and which tables and schemas are in them: that hangs on the table or the schema.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"
#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_publication(std::string_view name) { return attribute(ObjectKind::publication, name); }
consteval AttributeId of_membership(std::string_view name) {
    return attribute(ObjectKind::publication_membership, name);
}

// "insert, delete"; null: all of them.
char *operations_text(const FormData_pg_publication &row) {
    StringInfoData text;
    initStringInfo(&text);
    const auto add = [&](bool published, const char *word) {
        if (published) {
            appendStringInfo(&text, "%s%s", text.len == 0 ? "" : ", ", word);
        }
    };
    if (row.pubinsert && row.pubupdate && row.pubdelete && row.pubtruncate) {
        return nullptr;
    }
    add(row.pubinsert, "insert");
    add(row.pubupdate, "update");
    add(row.pubdelete, "delete");
    add(row.pubtruncate, "truncate");
    return text.len == 0 ? pstrdup("none") : text.data;
}

char *publication_ddl(const char *name, const FormData_pg_publication &row, const char *generated) {
    StringInfoData text;
    initStringInfo(&text);
    appendStringInfo(&text, "CREATE PUBLICATION %s%s", name, row.puballtables ? " FOR ALL TABLES" : "");
    const char *separator = " WITH (";
    const auto add = [&](const char *option, const char *value) {
        appendStringInfo(&text, "%s%s = %s", separator, option, value);
        separator = ", ";
    };
    if (const char *operations = operations_text(row)) {
        add("publish", quote_literal_cstr(std::strcmp(operations, "none") == 0 ? "" : operations));
    }
    if (row.pubviaroot) {
        add("publish_via_partition_root", "true");
    }
    if (generated != nullptr) {
        add("publish_generated_columns", generated);
    }
    appendStringInfoString(&text, *separator == ',' ? ");" : ";");
    return text.data;
}

struct Membership {
    Oid table;
    std::string publication, filter;  // a node tree
    std::vector<std::int16_t> columns;
};

using PublicationNames = std::unordered_map<Oid, std::string>;

PublicationNames read_publication_rows(ObjectReader &reader) {
    PublicationNames names;
    scan_catalog(PublicationRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_publication>(GETSTRUCT(tuple));
        names.emplace(row.oid, reader.real_name(NameStr(row.pubname)));
        if (!reader.begin(ObjectKind::publication, PublicationRelationId, row.oid, InvalidOid, NameStr(row.pubname))) {
            return;
        }
        const char *generated = schema_audit_published_columns(&row);
        reader.set_if(row.puballtables, of_publication("all_tables"), "all tables");
        reader.set(of_publication("operations"), operations_text(row));
        reader.set_if(row.pubviaroot, of_publication("via_root"), "true");
        reader.set(of_publication("generated_columns"), generated);
        if (reader.wants_ddl()) {
            reader.set(of_publication("ddl"), publication_ddl(quote_identifier(reader.name()), row, generated));
        }
        reader.set_owner(row.pubowner);
    });
    return names;
}

void set_membership_ddl(ObjectReader &reader, const char *target, const char *columns, const char *filter) {
    if (reader.wants_ddl()) {
        reader.set(of_membership("ddl"), psprintf("ALTER PUBLICATION %s ADD %s%s%s;", quote_identifier(reader.name()),
                                                  target, columns == nullptr ? "" : psprintf(" (%s)", columns),
                                                  filter == nullptr ? "" : psprintf(" WHERE (%s)", filter)));
    }
}

void read_schema_memberships(ObjectReader &reader, const PublicationNames &names) {
    scan_catalog(PublicationNamespaceRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_publication_namespace>(GETSTRUCT(tuple));
        const auto publication = names.find(row.pnpubid);
        if (publication != names.end() &&
            reader.begin(ObjectKind::publication_membership, PublicationNamespaceRelationId, row.oid, row.pnnspid,
                         publication->second)) {
            const std::string_view schema = reader.presented_schema(row.pnnspid);
            set_membership_ddl(
                reader, psprintf("TABLES IN SCHEMA %s", quote_identifier(pnstrdup(schema.data(), schema.size()))),
                nullptr, nullptr);
        }
    });
}

char *columns_text(const Membership &row) {
    List *names = NIL;
    for (const std::int16_t number : row.columns) {
        names = lappend(names, const_cast<char *>(quote_identifier(get_attname(row.table, number, false))));
    }
    return joined_texts(names, ", ", true);
}

void describe_membership(ObjectReader &reader, const Membership &row) {
    const char *columns = columns_text(row);
    reader.set(of_membership("columns"), columns);
    const char *filter = nullptr;
    if (!row.filter.empty()) {
        reader.set(of_membership("filter"), normal_form_of_node_text(row.filter.c_str(), row.table));
        filter = text_of_node(static_cast<Node *>(stringToNode(row.filter.c_str())), row.table);
    }
    set_membership_ddl(
        reader,
        psprintf("TABLE %s", qualified_text(get_rel_namespace(row.table),
                                            found_or_raise(get_rel_name(row.table), "relation", row.table))),
        columns, filter);
}

void read_table_memberships(ObjectReader &reader, const PublicationNames &names) {
    std::unordered_map<Oid, Membership> rows;
    scan_catalog(PublicationRelRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_publication_rel>(GETSTRUCT(tuple));
        const auto publication = names.find(row.prpubid);
        if (publication == names.end() || reader.table(row.prrelid) == nullptr ||
            !reader.begin_on(ObjectKind::publication_membership, PublicationRelRelationId, row.oid, row.prrelid,
                             publication->second)) {
            return;
        }
        Membership &item = rows.emplace(row.oid, Membership{row.prrelid, {}, {}, {}}).first->second;
        attribute_numbers(tuple, Anum_pg_publication_rel_prattrs, descriptor, item.columns);
        if (const auto filter = node_text_of(tuple, Anum_pg_publication_rel_prqual, descriptor)) {
            item.filter = *filter;
        }
    });
    reader.for_each(ObjectKind::publication_membership, [&](Oid oid) {
        if (const auto row = rows.find(oid); row != rows.end()) {
            describe_membership(reader, row->second);
        }
    });
}

}  // namespace

void read_publications(ObjectReader &reader) {
    const PublicationNames names = read_publication_rows(reader);
    if (reader.wants(ObjectKind::publication_membership) && !names.empty()) {
        read_schema_memberships(reader, names);
        read_table_memberships(reader, names);
    }
}

}  // namespace schema_audit::server
