// Operator classes with their operators and functions, and families: those that were made for themselves, or hold
// more than their classes brought.
#include "server/live_objects/names.hpp"
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_class(std::string_view name) { return attribute(ObjectKind::operator_class, name); }
consteval AttributeId of_family(std::string_view name) { return attribute(ObjectKind::operator_family, name); }

struct ClassDetails {
    Oid family, input, storage;
    bool is_default;
    std::string name;
    Oid name_space, method;
};

struct FamilyDetails {
    std::string name;
    Oid name_space, method;
};

struct Member {
    Oid oid;
    Oid left, right, object, sort_family;
    int number;
};

// Operators or functions by the class that brought them, else by their family.
using Members = std::unordered_map<Oid, std::vector<Member>>;
using Owners = std::unordered_map<Oid, Oid>;

// What a class brought depends on it, what was added to the family on that. Entries of one catalog lie together.
Owners read_classes_of(Oid catalog, Snapshot snapshot) {
    Owners owners;
    server_call([&] {
        ScanKeyData key;
        ScanKeyInit(&key, Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(catalog));
        Relation depend = table_open(DependRelationId, AccessShareLock);
        SysScanDesc scan = systable_beginscan(depend, DependDependerIndexId, true, snapshot, 1, &key);
        for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
            const auto &row = *reinterpret_cast<Form_pg_depend>(GETSTRUCT(tuple));
            if (row.refclassid == OperatorClassRelationId) {
                owners.emplace(row.objid, row.refobjid);
            }
        }
        systable_endscan(scan);
        table_close(depend, AccessShareLock);
    });
    return owners;
}

Oid owner_of(const Owners &owners, Oid member, Oid family) {
    const auto found = owners.find(member);
    return found == owners.end() ? family : found->second;
}

Members read_class_operators(Snapshot snapshot) {
    Members members;
    const Owners owners = read_classes_of(AccessMethodOperatorRelationId, snapshot);
    scan_catalog(AccessMethodOperatorRelationId, snapshot, [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_amop>(GETSTRUCT(tuple));
        members[owner_of(owners, row.oid, row.amopfamily)].push_back(
            {row.oid, row.amoplefttype, row.amoprighttype, row.amopopr, row.amopsortfamily, row.amopstrategy});
    });
    return members;
}

Members read_class_functions(Snapshot snapshot) {
    Members members;
    const Owners owners = read_classes_of(AccessMethodProcedureRelationId, snapshot);
    scan_catalog(AccessMethodProcedureRelationId, snapshot, [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_amproc>(GETSTRUCT(tuple));
        members[owner_of(owners, row.oid, row.amprocfamily)].push_back(
            {row.oid, row.amproclefttype, row.amprocrighttype, row.amproc, InvalidOid, row.amprocnum});
    });
    return members;
}

char *family_text(Oid family) {
    HeapTuple tuple = SearchSysCache1(OPFAMILYOID, ObjectIdGetDatum(family));
    if (!HeapTupleIsValid(tuple)) {
        raise_vanished("operator family", family);
    }
    const auto &row = *reinterpret_cast<Form_pg_opfamily>(GETSTRUCT(tuple));
    char *text = qualified_text(row.opfnamespace, NameStr(row.opfname));
    ReleaseSysCache(tuple);
    return text;
}

List *operator_texts(const std::vector<Member> &members) {
    List *texts = NIL;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const Member &member = members[i];
        const char *order =
            OidIsValid(member.sort_family) ? psprintf(" FOR ORDER BY %s", family_text(member.sort_family)) : "";
        texts =
            lappend(texts, psprintf("OPERATOR %d %s%s", member.number, operator_signature_text(member.object), order));
    }
    return texts;
}

List *function_texts(const std::vector<Member> &members) {
    List *texts = NIL;
    for (std::size_t i = 0; i < members.size(); ++i) {
        const Member &member = members[i];
        texts = lappend(texts, psprintf("FUNCTION %d (%s, %s) %s", member.number, type_text(member.left),
                                        type_text(member.right), function_signature_text(member.object)));
    }
    return texts;
}

template <class Texts>
char *members_text(const Members &members, Oid owner, Texts texts) {
    const auto found = members.find(owner);
    return found == members.end() ? nullptr : joined_texts(texts(found->second), ", ", true);
}

// Null when the class lies in the family that is made with it.
const char *other_family(const ClassDetails &row, Oid family) {
    const char *text = family_text(family);
    return std::strcmp(text, qualified_text(row.name_space, row.name.c_str())) == 0 ? nullptr : text;
}

struct OperatorClasses {
    std::unordered_map<Oid, ClassDetails> classes;
    std::unordered_map<Oid, FamilyDetails> families;
    Members operators, functions;
};

void describe_class(ObjectReader &reader, const OperatorClasses &all, Oid opclass) {
    const ClassDetails &row = all.classes.find(opclass)->second;
    const char *type = type_text(row.input);
    const char *family = other_family(row, row.family);
    const char *storage = OidIsValid(row.storage) && row.storage != row.input ? type_text(row.storage) : nullptr;
    const char *operators = members_text(all.operators, opclass, operator_texts);
    const char *functions = members_text(all.functions, opclass, function_texts);
    reader.set(of_class("type"), type);
    reader.set_if(row.is_default, of_class("default"), "default");
    reader.set(of_class("family"), family);
    reader.set(of_class("storage"), storage);
    reader.set(of_class("operators"), operators);
    reader.set(of_class("functions"), functions);
    if (reader.wants_ddl()) {
        StringInfoData ddl;
        initStringInfo(&ddl);
        appendStringInfo(&ddl, "CREATE OPERATOR CLASS %s %sFOR TYPE %s USING %s",
                         qualified_text(row.name_space, row.name.c_str()), row.is_default ? "DEFAULT " : "", type,
                         access_method_text(row.method));
        if (family != nullptr) {
            appendStringInfo(&ddl, " FAMILY %s", family);
        }
        // Without any member there is still one item to be named.
        const char *separator = " AS ";
        const char *kept = storage != nullptr ? storage : operators == nullptr && functions == nullptr ? type : nullptr;
        const char *type_kept = kept == nullptr ? nullptr : psprintf("STORAGE %s", kept);
        for (const char *item : {operators, functions, type_kept}) {
            if (item != nullptr) {
                appendStringInfo(&ddl, "%s%s", separator, item);
                separator = ", ";
            }
        }
        appendStringInfoString(&ddl, ";");
        reader.set(of_class("ddl"), ddl.data);
    }
}

void describe_family(ObjectReader &reader, const OperatorClasses &all, Oid family) {
    const FamilyDetails &row = all.families.find(family)->second;
    const char *operators = members_text(all.operators, family, operator_texts);
    const char *functions = members_text(all.functions, family, function_texts);
    reader.set(of_family("operators"), operators);
    reader.set(of_family("functions"), functions);
    if (reader.wants_ddl()) {
        const char *name =
            psprintf("%s USING %s", qualified_text(row.name_space, row.name.c_str()), access_method_text(row.method));
        const char *both = operators != nullptr && functions != nullptr ? ", " : "";
        const char *members =
            operators == nullptr && functions == nullptr
                ? ""
                : psprintf(" ALTER OPERATOR FAMILY %s ADD %s%s%s;", name, operators == nullptr ? "" : operators, both,
                           functions == nullptr ? "" : functions);
        reader.set(of_family("ddl"), psprintf("CREATE OPERATOR FAMILY %s;%s", name, members));
    }
}

// "int_ops USING btree": a class is known by its access method too.
bool begin(ObjectReader &reader, ObjectKind kind, Oid catalog, Oid oid, Oid name_space, const char *name, Oid method) {
    const char *schema = get_namespace_name(name_space);
    const char *access_method = get_am_name(method);
    if (schema == nullptr || access_method == nullptr ||
        !reader.begin(kind, catalog, oid, name_space, psprintf("%s USING %s", name, access_method))) {
        return false;
    }
    reader.set_identity(
        psprintf("%s USING %s", quote_qualified_identifier(schema, name), quote_identifier(access_method)));
    return true;
}

// A family that is named as a class of it and holds nothing of its own came with the class.
std::string family_key(Oid method, Oid name_space, const char *name) {
    return std::to_string(method) + "." + std::to_string(name_space) + "." + name;
}

void read_families(ObjectReader &reader, OperatorClasses &all) {
    std::unordered_set<std::string> implied;
    for (const auto &[oid, row] : all.classes) {
        implied.insert(family_key(row.method, row.name_space, row.name.c_str()));
    }
    scan_catalog(OperatorFamilyRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_opfamily>(GETSTRUCT(tuple));
        if (!reader.reads_schema(row.opfnamespace)) {
            return;
        }
        const bool came_with_class =
            implied.contains(family_key(row.opfmethod, row.opfnamespace, NameStr(row.opfname))) &&
            !all.operators.contains(row.oid) && !all.functions.contains(row.oid);
        if (!came_with_class && begin(reader, ObjectKind::operator_family, OperatorFamilyRelationId, row.oid,
                                      row.opfnamespace, NameStr(row.opfname), row.opfmethod)) {
            reader.set_owner(row.opfowner);
            all.families.emplace(row.oid, FamilyDetails{NameStr(row.opfname), row.opfnamespace, row.opfmethod});
        }
    });
}

void read_classes(ObjectReader &reader, OperatorClasses &all) {
    scan_catalog(OperatorClassRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc) {
        const auto &row = *reinterpret_cast<Form_pg_opclass>(GETSTRUCT(tuple));
        if (!reader.reads_schema(row.opcnamespace)) {
            return;
        }
        all.classes.emplace(row.oid, ClassDetails{row.opcfamily, row.opcintype, row.opckeytype, row.opcdefault,
                                                  NameStr(row.opcname), row.opcnamespace, row.opcmethod});
        if (begin(reader, ObjectKind::operator_class, OperatorClassRelationId, row.oid, row.opcnamespace,
                  NameStr(row.opcname), row.opcmethod)) {
            reader.set_owner(row.opcowner);
        }
    });
}

}  // namespace

void read_operator_classes(ObjectReader &reader) {
    OperatorClasses all;
    read_classes(reader, all);
    all.operators = read_class_operators(reader.snapshot());
    all.functions = read_class_functions(reader.snapshot());
    if (reader.wants(ObjectKind::operator_family)) {
        read_families(reader, all);
    }
    reader.for_each(ObjectKind::operator_class, [&](Oid opclass) { describe_class(reader, all, opclass); });
    reader.for_each(ObjectKind::operator_family, [&](Oid family) { describe_family(reader, all, family); });
}

}  // namespace schema_audit::server
