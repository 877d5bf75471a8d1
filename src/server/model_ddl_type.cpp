// Types, and what is defined by a list of options: aggregates, operators, collations, text search.
#include "server/model_ddl_statement.hpp"

namespace schema_audit::server {
namespace {

// The other operator of a pair: it may follow later, and a live one of that name is not meant.
void place_partners(ModelDdl *ddl, List *options) {
    ListCell *cell = nullptr;
    foreach (cell, options) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        const bool is_partner =
            std::strcmp(option->defname, "commutator") == 0 || std::strcmp(option->defname, "negator") == 0;
        if (!is_partner || option->arg == nullptr || !IsA(option->arg, List)) {
            continue;
        }
        auto *name = castNode(List, option->arg);
        if (list_length(name) == 1 || !is_system_schema(strVal(linitial(name)))) {
            place_object(ddl->names, &name, NameKind::any, NameUse::target);
            option->arg = reinterpret_cast<Node *>(name);
        }
    }
}

bool prepare_define(ModelDdl *ddl, DefineStmt *statement) {
    place_object(ddl->names, &statement->defnames, NameKind::any, NameUse::create);
    if (statement->kind == OBJECT_OPERATOR) {
        place_partners(ddl, statement->definition);
    }
    // An aggregate's arguments come with the count of those that are direct.
    ListCell *cell = nullptr;
    foreach (cell, statement->args) {
        if (lfirst(cell) != nullptr && IsA(lfirst(cell), List)) {
            place_names(ddl, static_cast<List *>(lfirst(cell)));
        } else if (lfirst(cell) != nullptr && IsA(lfirst(cell), TypeName)) {
            place_type(ddl->names, static_cast<TypeName *>(lfirst(cell)), NameUse::read);
        }
    }
    place_definition(ddl, statement->definition);
    // CREATE COLLATION … FROM
    foreach (cell, statement->definition) {
        auto *option = static_cast<DefElem *>(lfirst(cell));
        if (std::strcmp(option->defname, "from") == 0 && option->arg != nullptr && IsA(option->arg, List)) {
            auto *name = castNode(List, option->arg);
            place_object(ddl->names, &name, NameKind::any, NameUse::read);
            option->arg = reinterpret_cast<Node *>(name);
        }
    }
    return true;
}

bool prepare_domain(ModelDdl *ddl, CreateDomainStmt *statement) {
    place_object(ddl->names, &statement->domainname, NameKind::type, NameUse::create);
    place_names(ddl, reinterpret_cast<Node *>(statement->typeName));
    place_names(ddl, reinterpret_cast<Node *>(statement->collClause));
    place_names(ddl, statement->constraints);
    return true;
}

void place_operator_class_items(ModelDdl *ddl, List *items) {
    ListCell *cell = nullptr;
    foreach (cell, items) {
        auto *item = static_cast<CreateOpClassItem *>(lfirst(cell));
        if (item->name != nullptr) {
            place_function(ddl, item->name, NameUse::read);
        }
        if (item->order_family != NIL) {
            place_object(ddl->names, &item->order_family, NameKind::any, NameUse::read);
        }
        place_names(ddl, item->class_args);
        place_names(ddl, reinterpret_cast<Node *>(item->storedtype));
    }
}

bool prepare_operator_class(ModelDdl *ddl, CreateOpClassStmt *statement) {
    place_object(ddl->names, &statement->opclassname, NameKind::any, NameUse::create);
    if (statement->opfamilyname != NIL) {
        place_object(ddl->names, &statement->opfamilyname, NameKind::any, NameUse::target);
    }
    place_names(ddl, reinterpret_cast<Node *>(statement->datatype));
    place_operator_class_items(ddl, statement->items);
    return true;
}

}  // namespace

bool prepare_type_statement(ModelDdl *ddl, Node *statement, bool *known) {
    switch (nodeTag(statement)) {
        case T_CreateEnumStmt:
            place_object(ddl->names, &castNode(CreateEnumStmt, statement)->typeName, NameKind::type, NameUse::create);
            return true;
        case T_AlterEnumStmt:
            place_object(ddl->names, &castNode(AlterEnumStmt, statement)->typeName, NameKind::type, NameUse::target);
            return true;
        case T_CreateDomainStmt:
            return prepare_domain(ddl, castNode(CreateDomainStmt, statement));
        case T_AlterDomainStmt:
            place_object(ddl->names, &castNode(AlterDomainStmt, statement)->typeName, NameKind::type, NameUse::target);
            place_names(ddl, castNode(AlterDomainStmt, statement)->def);
            return true;
        case T_CompositeTypeStmt:
            place_relation(ddl->names, castNode(CompositeTypeStmt, statement)->typevar, NameUse::create);
            place_names(ddl, castNode(CompositeTypeStmt, statement)->coldeflist);
            return true;
        case T_CreateRangeStmt:
            place_object(ddl->names, &castNode(CreateRangeStmt, statement)->typeName, NameKind::type, NameUse::create);
            place_definition(ddl, castNode(CreateRangeStmt, statement)->params);
            return true;
        case T_AlterTypeStmt:
            place_object(ddl->names, &castNode(AlterTypeStmt, statement)->typeName, NameKind::type, NameUse::target);
            place_definition(ddl, castNode(AlterTypeStmt, statement)->options);
            return true;
        case T_DefineStmt:
            return prepare_define(ddl, castNode(DefineStmt, statement));
        case T_CreateOpClassStmt:
            return prepare_operator_class(ddl, castNode(CreateOpClassStmt, statement));
        case T_CreateOpFamilyStmt:
            place_object(ddl->names, &castNode(CreateOpFamilyStmt, statement)->opfamilyname, NameKind::any,
                         NameUse::create);
            return true;
        case T_AlterOpFamilyStmt:
            place_object(ddl->names, &castNode(AlterOpFamilyStmt, statement)->opfamilyname, NameKind::any,
                         NameUse::target);
            place_operator_class_items(ddl, castNode(AlterOpFamilyStmt, statement)->items);
            return true;
        case T_AlterTSDictionaryStmt:
            place_object(ddl->names, &castNode(AlterTSDictionaryStmt, statement)->dictname, NameKind::any,
                         NameUse::target);
            return true;
        case T_AlterTSConfigurationStmt: {
            auto *configuration = castNode(AlterTSConfigurationStmt, statement);
            place_object(ddl->names, &configuration->cfgname, NameKind::any, NameUse::target);
            ListCell *cell = nullptr;
            foreach (cell, configuration->dicts) {
                auto *dictionary = static_cast<List *>(lfirst(cell));
                place_object(ddl->names, &dictionary, NameKind::any, NameUse::read);
                lfirst(cell) = dictionary;
            }
            return true;
        }
        default:
            *known = false;
            return false;
    }
}

}  // namespace schema_audit::server
