// Operators. Those without a function are promises of COMMUTATOR and NEGATOR, and no objects yet.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_operator(std::string_view name) { return attribute(ObjectKind::operator_, name); }

struct OperatorDetails {
    Oid left, right;
    Oid function, commutator, negator, restriction, join;
    bool hashes, merges;
};

char *argument_text(Oid type) {
    return OidIsValid(type) ? format_type_extended(type, -1, FORMAT_TYPE_INVALID_AS_NULL) : pstrdup("NONE");
}

bool begin_operator(ObjectReader &reader, const FormData_pg_operator &row) {
    const char *left = argument_text(row.oprleft);
    const char *right = argument_text(row.oprright);
    const char *schema = get_namespace_name(row.oprnamespace);
    if (left == nullptr || right == nullptr || schema == nullptr ||
        !reader.begin(ObjectKind::operator_, OperatorRelationId, row.oid, row.oprnamespace,
                      psprintf("%s(%s, %s)", NameStr(row.oprname), left, right))) {
        return false;
    }
    reader.set_identity(psprintf("%s.%s (%s, %s)", quote_identifier(schema), NameStr(row.oprname), left, right));
    reader.set_owner(row.oprowner);
    return true;
}

// Sets an attribute and adds the option that makes it so.
struct Writer {
    ObjectReader &reader;
    StringInfo ddl;
    void operator()(AttributeId id, const char *keyword, const char *value) const {
        reader.set(id, value);
        append_option(ddl, keyword, value);
    }
    void flag(bool condition, AttributeId id, const char *keyword) const {
        reader.set_if(condition, id, keyword);
        appendStringInfo(ddl, "%s%s", condition ? ", " : "", condition ? keyword : "");
    }
};

const char *operator_reference(Oid oper) {
    return OidIsValid(oper) ? psprintf("OPERATOR(%s)", operator_text(oper)) : nullptr;
}

void describe_operator(ObjectReader &reader, Oid oper, const OperatorDetails &row) {
    StringInfoData ddl;
    initStringInfo(&ddl);
    const Writer write{reader, &ddl};
    appendStringInfo(&ddl, "CREATE OPERATOR %s (", operator_text(oper));
    write(of_operator("function"), "FUNCTION", function_text(row.function));
    append_option(&ddl, "LEFTARG", OidIsValid(row.left) ? type_text(row.left) : nullptr);
    append_option(&ddl, "RIGHTARG", OidIsValid(row.right) ? type_text(row.right) : nullptr);
    write(of_operator("commutator"), "COMMUTATOR", operator_reference(row.commutator));
    write(of_operator("negator"), "NEGATOR", operator_reference(row.negator));
    write(of_operator("restrict"), "RESTRICT", OidIsValid(row.restriction) ? function_text(row.restriction) : nullptr);
    write(of_operator("join"), "JOIN", OidIsValid(row.join) ? function_text(row.join) : nullptr);
    write.flag(row.hashes, of_operator("hashes"), "HASHES");
    write.flag(row.merges, of_operator("merges"), "MERGES");
    appendStringInfoString(&ddl, ");");
    if (reader.wants_ddl()) {
        reader.set(of_operator("ddl"), ddl.data);
    }
}

}  // namespace

void read_operators(ObjectReader &reader) {
    std::unordered_map<Oid, OperatorDetails> rows;
    scan_catalog(OperatorRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple));
        if (OidIsValid(row.oprcode) && reader.reads_schema(row.oprnamespace) && begin_operator(reader, row)) {
            rows.emplace(row.oid, OperatorDetails{row.oprleft, row.oprright, row.oprcode, row.oprcom, row.oprnegate,
                                                  row.oprrest, row.oprjoin, row.oprcanhash, row.oprcanmerge});
        }
    });
    reader.for_each(ObjectKind::operator_, [&](Oid oper) { describe_operator(reader, oper, rows.find(oper)->second); });
}

}  // namespace schema_audit::server
