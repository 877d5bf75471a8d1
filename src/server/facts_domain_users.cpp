// Tables with columns of a domain, or of a domain over it: ALTER DOMAIN reads every one of them.
#include "server/before_image.hpp"
#include "server/facts.hpp"
#include "server/relation_facts.hpp"

namespace schema_audit::server {
namespace {

// InvalidOid where it is no domain or not the caller's: the server will tell.
Oid own_domain(const List *name) noexcept {
    const Oid type = LookupTypeNameOid(nullptr, makeTypeNameFromNameList(const_cast<List *>(name)), true);
    const HeapTuple tuple = OidIsValid(type) ? SearchSysCache1(TYPEOID, ObjectIdGetDatum(type)) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return InvalidOid;
    }
    const auto *row = reinterpret_cast<const FormData_pg_type *>(GETSTRUCT(tuple));
    const bool judged = row->typtype == TYPTYPE_DOMAIN && has_privs_of_role(GetUserId(), row->typowner);
    ReleaseSysCache(tuple);
    return judged ? type : InvalidOid;
}

void add_users(Oid domain, std::vector<Oid> &domains, std::vector<Oid> &tables) {
    server_call([&] {
        const Relation depend = table_open(DependRelationId, AccessShareLock);
        std::array<ScanKeyData, 2> keys;
        ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
                    ObjectIdGetDatum(TypeRelationId));
        ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(domain));
        const SysScanDesc scan = systable_beginscan(depend, DependReferenceIndexId, true, nullptr, 2, keys.data());
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            const auto &row = *reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple));
            if (row.classid == TypeRelationId && get_typtype(row.objid) == TYPTYPE_DOMAIN) {
                domains.push_back(row.objid);
            } else if (row.classid == RelationRelationId && row.objsubid > 0 &&
                       (get_rel_relkind(row.objid) == RELKIND_RELATION ||
                        get_rel_relkind(row.objid) == RELKIND_MATVIEW)) {
                tables.push_back(row.objid);
            }
        }
        systable_endscan(scan);
        table_close(depend, AccessShareLock);
    });
}

struct Named {
    const char *schema, *name;
};

Named name_of(Oid table) noexcept { return {get_namespace_name(get_rel_namespace(table)), get_rel_name(table)}; }

}  // namespace

void read_domain_users(const AlterDomainStmt *tree, guard::Need needs, guard::StatementFacts &facts) {
    const Oid domain = server_call([=] { return own_domain(tree->typeName); });
    if (!OidIsValid(domain)) {
        return;
    }
    std::vector<Oid> domains{domain};
    std::vector<Oid> tables;
    for (std::size_t i = 0; i < domains.size(); ++i) {
        const Oid one = domains[i];
        add_users(one, domains, tables);
    }
    std::ranges::sort(tables);
    const auto rest = std::ranges::unique(tables);
    tables.erase(rest.begin(), rest.end());
    for (const Oid oid : tables) {
        const bool temporary = server_call([=] { return get_rel_persistence(oid); }) == RELPERSISTENCE_TEMP;
        const Named named = server_call([=] { return name_of(oid); });
        if (temporary || named.schema == nullptr || named.name == nullptr ||
            !server_call([=] { return existed_before(oid); })) {
            continue;
        }
        guard::TableFacts table;
        table.schema = named.schema;
        table.name = named.name;
        read_relation_facts(oid, server_call([=] { return get_rel_relkind(oid); }), needs, table);
        facts.tables.push_back({{table.schema, table.name}, table});
    }
}

}  // namespace schema_audit::server
