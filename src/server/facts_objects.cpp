// Need::objects: objects that are no tables, or that are dropped, and what goes with them by CASCADE: a walk through
// pg_depend that locks nothing.
#include "server/statement_objects.hpp"

#include "server/before_image.hpp"
#include "server/facts.hpp"

namespace schema_audit::server {
namespace {

constexpr int most_objects = 1000;

struct Found {
    ObjectAddress address;
    const char *identity;
};

Oid find_type(const char *schema, const char *name) noexcept {
    List *names = list_make1(makeString(pstrdup(name)));
    if (schema[0] != '\0') {
        names = lcons(makeString(pstrdup(schema)), names);
    }
    return LookupTypeNameOid(nullptr, makeTypeNameFromNameList(names), true);
}

// InvalidOid: it does not exist, is temporary, was made in this transaction, or is of a kind that nobody asks for.
Found find_object(const char *type, const char *schema, const char *name) noexcept {
    const std::string_view kind(type);
    Found found{InvalidObjectAddress, nullptr};
    if (kind == "SCHEMA") {
        ObjectAddressSet(found.address, NamespaceRelationId, get_namespace_oid(name, true));
    } else if (kind == "EXTENSION") {
        ObjectAddressSet(found.address, ExtensionRelationId, get_extension_oid(name, true));
    } else if (kind == "TYPE" || kind == "DOMAIN") {
        ObjectAddressSet(found.address, TypeRelationId, find_type(schema, name));
    } else if (kind == "TABLE" || kind == "FOREIGN TABLE" || kind == "VIEW" || kind == "MATERIALIZED VIEW" ||
               kind == "SEQUENCE") {
        RangeVar *range = makeRangeVar(schema[0] != '\0' ? pstrdup(schema) : nullptr, pstrdup(name), -1);
        const Oid oid = RangeVarGetRelidExtended(range, NoLock, RVR_MISSING_OK, nullptr, nullptr);
        if (OidIsValid(oid) && get_rel_persistence(oid) != RELPERSISTENCE_TEMP) {
            ObjectAddressSet(found.address, RelationRelationId, oid);
        }
    }
    if (!OidIsValid(found.address.objectId) || !existed_before(found.address)) {
        return {InvalidObjectAddress, nullptr};
    }
    found.identity = getObjectIdentity(&found.address, true);
    return found;
}

struct Seen {
    ObjectAddress *items;
    int count;

    bool add(const ObjectAddress &object) noexcept {
        for (int i = 0; i < count; ++i) {
            const ObjectAddress &item = items[i];
            const bool whole = item.objectSubId == 0 || item.objectSubId == object.objectSubId;
            if (item.classId == object.classId && item.objectId == object.objectId && whole) {
                return false;
            }
        }
        if (count == most_objects) {
            return false;
        }
        items[count++] = object;
        return true;
    }
};

// Adds what depends on the object; `by_cascade` gets what RESTRICT would have refused to drop.
void visit_dependents(const ObjectAddress &object, Seen &seen, Seen &by_cascade) noexcept {
    const Relation catalog = table_open(DependRelationId, AccessShareLock);
    std::array<ScanKeyData, 2> keys;
    ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.classId));
    ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.objectId));
    const SysScanDesc scan = systable_beginscan(catalog, DependReferenceIndexId, true, nullptr, 2, keys.data());
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto &row = *reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple));
        if (object.objectSubId != 0 && row.refobjsubid != object.objectSubId) {
            continue;
        }
        ObjectAddress dependent;
        ObjectAddressSubSet(dependent, row.classid, row.objid, row.objsubid);
        if (row.deptype == DEPENDENCY_NORMAL) {
            dependent = owner_of(dependent);
            if (seen.add(dependent)) {
                by_cascade.add(dependent);
            }
        } else {
            seen.add(dependent);
        }
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
}

struct Dependents {
    const char **names;
    int count;
};

Dependents dependents_of(const ObjectAddress &object) noexcept {
    Seen seen{static_cast<ObjectAddress *>(palloc(most_objects * sizeof(ObjectAddress))), 0};
    Seen by_cascade{static_cast<ObjectAddress *>(palloc(most_objects * sizeof(ObjectAddress))), 0};
    seen.add(object);
    for (int i = 0; i < seen.count; ++i) {
        CHECK_FOR_INTERRUPTS();
        visit_dependents(seen.items[i], seen, by_cascade);
    }
    Dependents found{static_cast<const char **>(palloc0((by_cascade.count + 1) * sizeof(char *))), 0};
    for (int i = 0; i < by_cascade.count; ++i) {
        const char *name = getObjectDescription(&by_cascade.items[i], true);
        if (name != nullptr) {
            found.names[found.count++] = name;
        }
    }
    return found;
}

bool has_label(Oid type, const char *label) noexcept {
    return SearchSysCacheExists2(ENUMTYPOIDNAME, ObjectIdGetDatum(type), CStringGetDatum(label));
}

struct Wanted {
    std::string type;
    std::vector<guard::RelationName> names;
    std::string label;
};

Wanted wanted_of(const guard::DdlStatement &statement) {
    if (const auto *drop = std::get_if<guard::DropObjects>(&statement)) {
        return {drop->object_type, drop->names, {}};
    }
    if (const auto *rename = std::get_if<guard::Rename>(&statement)) {
        return {rename->object_type, {rename->object}, {}};
    }
    if (const auto *alter = std::get_if<guard::AlterEnum>(&statement)) {
        return {"TYPE", {alter->type}, alter->value};
    }
    if (const auto *create = std::get_if<guard::CreateFunction>(&statement)) {
        return {create->object_type, {create->function}, {}};
    }
    if (const auto *extension = std::get_if<guard::CreateExtension>(&statement)) {
        return {"EXTENSION", {{{}, extension->name}}, {}};
    }
    return {};
}

// InvalidOid where it does not exist, or is not the caller's.
Oid find_function(const Node *tree, int number) noexcept {
    Oid function = InvalidOid;
    if (IsA(tree, DropStmt)) {
        const auto *drop = reinterpret_cast<const DropStmt *>(tree);
        auto *object = static_cast<ObjectWithArgs *>(list_nth(drop->objects, number));
        function = LookupFuncWithArgs(drop->removeType, object, true);
    } else {
        const auto *create = reinterpret_cast<const CreateFunctionStmt *>(tree);
        std::array<Oid, FUNC_MAX_ARGS> types{};
        int count = 0;
        const ListCell *cell = nullptr;
        foreach (cell, create->parameters) {
            const auto *parameter = lfirst_node(FunctionParameter, cell);
            const bool passed = parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_TABLE;
            if (passed && count < FUNC_MAX_ARGS) {
                types.at(count++) = LookupTypeNameOid(nullptr, parameter->argType, true);
            }
        }
        function = LookupFuncName(create->funcname, count, types.data(), true);
    }
    return OidIsValid(function) && schema_audit_owns_function(function, GetUserId()) ? function : InvalidOid;
}

// What holds values that the function has computed.
bool is_computed(const ObjectAddress &object) noexcept {
    return object.classId == ConstraintRelationId || object.classId == AttrDefaultRelationId ||
           (object.classId == RelationRelationId && get_rel_relkind(object.objectId) == RELKIND_INDEX);
}

Dependents computed_by(const ObjectAddress &function) noexcept {
    Seen direct{static_cast<ObjectAddress *>(palloc(most_objects * sizeof(ObjectAddress))), 0};
    Seen by_cascade{static_cast<ObjectAddress *>(palloc(most_objects * sizeof(ObjectAddress))), 0};
    visit_dependents(function, direct, by_cascade);
    Dependents found{static_cast<const char **>(palloc0((by_cascade.count + 1) * sizeof(char *))), 0};
    for (int i = 0; i < by_cascade.count; ++i) {
        const ObjectAddress &item = by_cascade.items[i];
        const char *name = !is_computed(item)                   ? nullptr
                           : item.classId == RelationRelationId ? psprintf("index %s", getObjectIdentity(&item, false))
                                                                : getObjectDescription(&item, true);
        if (name != nullptr) {
            found.names[found.count++] = name;
        }
    }
    return found;
}

bool is_function(std::string_view type) noexcept {
    return type == "FUNCTION" || type == "PROCEDURE" || type == "ROUTINE" || type == "AGGREGATE";
}

// What is wrong with the name the command itself says.
void read_functions(const Wanted &wanted, const Node *tree, guard::StatementFacts &facts) {
    for (std::size_t i = 0; i < wanted.names.size(); ++i) {
        const int number = static_cast<int>(i);
        ObjectAddress function{ProcedureRelationId, InvalidOid, 0};
        survive_analysis([&] { function.objectId = server_call([=] { return find_function(tree, number); }); });
        if (!OidIsValid(function.objectId) || !server_call([&] { return existed_before(function); })) {
            continue;
        }
        const char *identity = server_call([&] { return getObjectIdentity(&function, true); });
        if (identity == nullptr) {
            continue;
        }
        const Dependents computed = server_call([&] { return computed_by(function); });
        guard::ObjectFacts &object = facts.objects.emplace_back();
        object.name = wanted.names[i];
        object.identity = identity;
        object.computed.assign(computed.names, computed.names + computed.count);
    }
}

}  // namespace

ObjectAddress owner_of(const ObjectAddress &object) noexcept {
    ObjectAddress owner = object;
    const Relation catalog = table_open(DependRelationId, AccessShareLock);
    std::array<ScanKeyData, 2> keys;
    ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.classId));
    ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(object.objectId));
    const SysScanDesc scan = systable_beginscan(catalog, DependDependerIndexId, true, nullptr, 2, keys.data());
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto &row = *reinterpret_cast<const FormData_pg_depend *>(GETSTRUCT(tuple));
        if (row.deptype == DEPENDENCY_INTERNAL) {
            ObjectAddressSet(owner, row.refclassid, row.refobjid);
        }
    }
    systable_endscan(scan);
    table_close(catalog, AccessShareLock);
    return owner;
}

void read_objects(const guard::DdlStatement &statement, const Node *tree, guard::StatementFacts &facts) {
    const Wanted wanted = wanted_of(statement);
    if (is_function(wanted.type)) {
        read_functions(wanted, tree, facts);
        return;
    }
    const char *type = wanted.type.c_str();
    const char *label = wanted.label.c_str();
    for (const guard::RelationName &name : wanted.names) {
        const char *schema = name.schema.c_str();
        const char *object_name = name.name.c_str();
        const Found found = server_call([=] { return find_object(type, schema, object_name); });
        const bool exists = OidIsValid(found.address.objectId) && found.identity != nullptr;
        if (!exists || (label[0] != '\0' && !server_call([&] { return has_label(found.address.objectId, label); }))) {
            continue;
        }
        const Dependents dependents = server_call([&] { return dependents_of(found.address); });
        guard::ObjectFacts &object = facts.objects.emplace_back();
        object.name = name;
        object.identity = found.identity;
        object.dependents.assign(dependents.names, dependents.names + dependents.count);
    }
}

}  // namespace schema_audit::server
