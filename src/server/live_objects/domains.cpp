// Domains: type, NOT NULL, default and checks. The names of checks that the server makes up are left out.
#include "server/live_objects/types.hpp"

#include "server/normal_form.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_domain(std::string_view name) { return attribute(ObjectKind::domain, name); }

struct Check {
    std::string name;
    std::string node;
    bool validated;
};
struct DomainConstraints {
    std::unordered_map<Oid, std::vector<Check>> checks;
    std::unordered_map<Oid, std::string> not_null_names;
};

DomainConstraints read_constraints(const ObjectReader &reader) {
    DomainConstraints result;
    auto &checks = result.checks;
    scan_catalog(ConstraintRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        if (!OidIsValid(row.contypid) || !reader.reads_schema(row.connamespace)) {
            return;
        }
        if (row.contype == contype_not_null && not_null_keeps_name) {
            result.not_null_names.emplace(row.contypid, NameStr(row.conname));
        }
        if (row.contype != CONSTRAINT_CHECK) {
            return;
        }
        if (const auto node = node_text_of(tuple, Anum_pg_constraint_conbin, descriptor)) {
            checks[row.contypid].push_back({NameStr(row.conname), std::string(*node), row.convalidated});
        }
    });
    return result;
}

// DOMAIN_not_null, of whatever name the domain had then.
bool is_usual_not_null(std::string_view name) {
    const std::size_t end = name.find_last_not_of("0123456789");
    return end != std::string_view::npos && name.substr(0, end + 1).ends_with("_not_null");
}

// DOMAIN_check, also with a number behind it, and of whatever name the domain had then.
bool is_made_up(std::string_view name) {
    const std::size_t end = name.find_last_not_of("0123456789");
    return end != std::string_view::npos && name.substr(0, end + 1).ends_with("_check");
}

char *check_text(const Check &check) {
    const char *condition = normal_form_of_node_text(check.node.c_str(), InvalidOid);
    const char *name = is_made_up(check.name) ? "" : psprintf("CONSTRAINT %s ", quote_identifier(check.name.c_str()));
    return psprintf("%sCHECK (%s)%s", name, condition == nullptr ? "NULL" : condition,
                    check.validated ? "" : " NOT VALID");
}

// As it is written behind DEFAULT; null for none.
const char *default_of(const TypeDetails &row) {
    if (!row.default_node.empty()) {
        return normal_form_of_node_text(row.default_node.c_str(), InvalidOid);
    }
    return row.default_text.empty() ? nullptr : quote_literal_cstr(row.default_text.c_str());
}

// Checks that are not valid cannot be made with the domain.
char *ddl_of(const char *domain, const TypeDetails &row, const char *type, const char *collation, const char *value,
             const char *not_null_name, List *checks) {
    StringInfoData ddl;
    initStringInfo(&ddl);
    StringInfoData later;
    initStringInfo(&later);
    appendStringInfo(&ddl, "CREATE DOMAIN %s AS %s", domain, type);
    if (collation != nullptr) {
        appendStringInfo(&ddl, " COLLATE %s", collation);
    }
    // A domain over one with a default has that, unless it says otherwise.
    if (value != nullptr || get_typdefault(row.base) != nullptr) {
        appendStringInfo(&ddl, " DEFAULT %s", value == nullptr ? "NULL" : value);
    }
    if (row.not_null) {
        appendStringInfo(&ddl, "%s NOT NULL",
                         not_null_name == nullptr ? "" : psprintf(" CONSTRAINT %s", quote_identifier(not_null_name)));
    }
    ListCell *cell = nullptr;
    foreach (cell, checks) {
        const auto *check = static_cast<const char *>(lfirst(cell));
        if (std::string_view(check).ends_with(" NOT VALID")) {
            appendStringInfo(&later, " ALTER DOMAIN %s ADD %s;", domain, check);
        } else {
            appendStringInfo(&ddl, " %s", check);
        }
    }
    appendStringInfo(&ddl, ";%s", later.data);
    return ddl.data;
}

}  // namespace

void describe_domains(ObjectReader &reader, const TypeRows &rows) {
    const DomainConstraints constraints = read_constraints(reader);
    reader.for_each(ObjectKind::domain, [&](Oid domain) {
        const TypeDetails &row = rows.find(domain)->second;
        const char *type = type_text(row.base, row.typmod);
        const char *collation = row.collation != get_typcollation(row.base) && OidIsValid(row.collation)
                                    ? found_or_raise(collation_text(row.collation), "collation", row.collation)
                                    : nullptr;
        const char *value = default_of(row);
        List *texts = NIL;
        if (const auto found = constraints.checks.find(domain); found != constraints.checks.end()) {
            for (std::size_t i = 0; i < found->second.size(); ++i) {
                texts = lappend(texts, check_text(found->second[i]));
            }
        }
        const auto named = constraints.not_null_names.find(domain);
        const char *not_null_name = named == constraints.not_null_names.end() || is_usual_not_null(named->second)
                                        ? nullptr
                                        : named->second.c_str();
        reader.set(of_domain("type"), type);
        reader.set(of_domain("collation"), collation);
        reader.set_if(row.not_null, of_domain("not_null"), "not null");
        reader.set(of_domain("not_null_name"), not_null_name);
        reader.set(of_domain("default"), value);
        reader.set(of_domain("constraints"), joined_texts(texts, "; ", true));
        if (reader.wants_ddl()) {
            reader.set(of_domain("ddl"),
                       ddl_of(reader.qualified_name(), row, type, collation, value, not_null_name, texts));
        }
    });
}

}  // namespace schema_audit::server
