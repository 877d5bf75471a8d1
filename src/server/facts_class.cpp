#include "server/facts_class.hpp"

namespace schema_audit::server {
namespace {

struct ClassRow {
    bool populated, partition;
    const char *owner;
};

ClassRow read_row(Oid relation) noexcept {
    ClassRow row{true, false, nullptr};
    const HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
    if (HeapTupleIsValid(tuple)) {
        const auto *found = reinterpret_cast<const FormData_pg_class *>(GETSTRUCT(tuple));
        row = {found->relispopulated, found->relispartition, GetUserNameFromId(found->relowner, true)};
        ReleaseSysCache(tuple);
    }
    return row;
}

}  // namespace

std::optional<guard::RelationName> qualified_name_of(Oid relation) {
    struct Name {
        const char *schema, *name;
    };
    const Name name = server_call([=] {
        const char *found = get_rel_name(relation);
        return Name{found != nullptr ? get_namespace_name(get_rel_namespace(relation)) : nullptr, found};
    });
    if (name.schema == nullptr) {
        return std::nullopt;
    }
    return guard::RelationName{name.schema, name.name};
}

void read_class_facts(Oid relation, guard::Need needs, guard::TableFacts &facts) {
    const ClassRow row = server_call([=] { return read_row(relation); });
    facts.populated = row.populated;
    facts.owner = row.owner != nullptr ? row.owner : "";
    Oid whose = InvalidOid;
    if (facts.kind == guard::RelationKind::index || facts.kind == guard::RelationKind::partitioned_index) {
        whose = server_call([=] { return IndexGetRelation(relation, true); });
    } else if (row.partition && guard::has(needs, guard::Need::partitions)) {
        whose = server_call([=] { return get_partition_parent(relation, true); });
    }
    if (OidIsValid(whose)) {
        facts.of_table = qualified_name_of(whose);
    }
}

}  // namespace schema_audit::server
