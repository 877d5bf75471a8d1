// Foreign keys that reach out of the DDL. Run for real they would lock the live table; kept as facts they
// touch nothing.
#include "server/model_ddl_rewrite.hpp"

namespace schema_audit::server {
namespace {

bool is_deferral(ConstrType type) {
    return type == CONSTR_ATTR_DEFERRABLE || type == CONSTR_ATTR_NOT_DEFERRABLE || type == CONSTR_ATTR_DEFERRED ||
           type == CONSTR_ATTR_IMMEDIATE || is_enforcement(type);
}

void apply_attribute(ForeignKeyFact *fact, ConstrType type) {
    switch (type) {
        case CONSTR_ATTR_DEFERRED:
            fact->initially_deferred = true;
            fact->deferrable = true;
            break;
        case CONSTR_ATTR_DEFERRABLE:
            fact->deferrable = true;
            break;
        default:
            fact->enforced = fact->enforced && !is_not_enforced(type);
            break;
    }
}

List *names_of(const List *strings) {
    List *result = NIL;
    ListCell *cell = nullptr;
    foreach (cell, strings) {
        result = lappend(result, pstrdup(strVal(lfirst(cell))));
    }
    return result;
}

bool names_same_relation(ModelNames *names, const RangeVar *a, const RangeVar *b) {
    const char *schema_a = a->schemaname != nullptr ? a->schemaname : first_schema(names);
    const char *schema_b = b->schemaname != nullptr ? b->schemaname : first_schema(names);
    return std::strcmp(a->relname, b->relname) == 0 && std::strcmp(schema_a, schema_b) == 0;
}

// Takes the constraint out unless its target is in scratch. `own`: the table under its real schema, while
// it does not exist yet.
ForeignKeyFact *take(ModelDdl *ddl, ::Constraint *constraint, const RangeVar *own, List *columns) {
    RangeVar *target = constraint->pktable;
    if (own != nullptr && names_same_relation(ddl->names, own, target)) {
        target->schemaname = own->schemaname;
        place_relation(ddl->names, target, NameUse::create);
        return nullptr;
    }
    if (place_existing_relation(ddl->names, target)) {
        return nullptr;
    }
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    auto *fact = static_cast<ForeignKeyFact *>(palloc0(sizeof(ForeignKeyFact)));
    fact->name = constraint->conname != nullptr ? pstrdup(constraint->conname) : nullptr;
    fact->column_names = columns;
    fact->target_schema = pstrdup(assumed_schema(ddl->names, target));
    fact->target_table = pstrdup(target->relname);
    fact->target_columns = names_of(constraint->pk_attrs);
    fact->on_update = constraint->fk_upd_action;
    fact->on_delete = constraint->fk_del_action;
    fact->match_type = constraint->fk_matchtype;
    fact->deferrable = constraint->deferrable;
    fact->initially_deferred = constraint->initdeferred;
    fact->validated = !constraint->skip_validation;
    fact->enforced = is_enforced(constraint);
    fact->period = has_period(constraint);
    fact->set_names = names_of(constraint->fk_del_set_cols);
    ddl->taken = lappend(ddl->taken, fact);
    MemoryContextSwitchTo(saved);
    return fact;
}

List *copied_names(ModelDdl *ddl, const List *strings) {
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    List *result = names_of(strings);
    MemoryContextSwitchTo(saved);
    return result;
}

void take_of_column(ModelDdl *ddl, ColumnDef *column, const RangeVar *own) {
    List *kept = NIL;
    ForeignKeyFact *fact = nullptr;
    ListCell *cell = nullptr;
    foreach (cell, column->constraints) {
        auto *constraint = static_cast<::Constraint *>(lfirst(cell));
        if (constraint->contype == CONSTR_FOREIGN) {
            fact = take(ddl, constraint, own, copied_names(ddl, list_make1(makeString(column->colname))));
        } else if (!is_deferral(constraint->contype)) {
            fact = nullptr;
        } else if (fact != nullptr) {
            apply_attribute(fact, constraint->contype);
        }
        if (fact == nullptr) {
            kept = lappend(kept, constraint);
        }
    }
    column->constraints = kept;
}

bool take_of_table(ModelDdl *ddl, ::Constraint *constraint, const RangeVar *own) {
    return constraint->contype == CONSTR_FOREIGN &&
           take(ddl, constraint, own, copied_names(ddl, constraint->fk_attrs)) != nullptr;
}

ForeignKeyFact *find_fact(ModelDdl *ddl, Oid table, const char *name) {
    ListCell *cell = nullptr;
    foreach (cell, ddl->facts) {
        auto *fact = static_cast<ForeignKeyFact *>(lfirst(cell));
        if (fact->table == table && std::strcmp(fact->name, name) == 0) {
            return fact;
        }
    }
    return nullptr;
}

Oid placed_relation(const RangeVar *relation) { return RangeVarGetRelid(relation, NoLock, true); }

// Whether the command was about a fact, so that nothing is left to run of it.
bool follow_command(ModelDdl *ddl, Oid table, AlterTableCmd *command) {
    switch (command->subtype) {
        case AT_DropConstraint:
            if (ForeignKeyFact *fact = find_fact(ddl, table, command->name)) {
                ddl->facts = list_delete_ptr(ddl->facts, fact);
                return true;
            }
            return false;
        case AT_ValidateConstraint:
            if (ForeignKeyFact *fact = find_fact(ddl, table, command->name)) {
                fact->validated = true;
                return true;
            }
            return false;
        case AT_AlterConstraint:
            if (ForeignKeyFact *fact = find_fact(ddl, table, altered_constraint_name(command->def))) {
                altered_constraint_deferral(command->def, &fact->deferrable, &fact->initially_deferred);
                if (altered_enforcement(command->def, &fact->enforced)) {
                    fact->validated = fact->enforced;  // the server reads the rows again, or knows nothing of them
                }
                return true;
            }
            return false;
        default:
            return false;
    }
}

bool contains_name(const List *names, const char *name) {
    const ListCell *cell = nullptr;
    foreach (cell, names) {
        if (std::strcmp(static_cast<const char *>(lfirst(cell)), name) == 0) {
            return true;
        }
    }
    return false;
}

// The name that the server gives a foreign key without one.
const char *choose_name(ModelDdl *ddl, const ForeignKeyFact *fact) {
    StringInfoData columns;
    initStringInfo(&columns);
    ListCell *cell = nullptr;
    foreach (cell, fact->column_names) {
        if (columns.len > 0) {
            appendStringInfoChar(&columns, '_');
        }
        appendStringInfoString(&columns, static_cast<const char *>(lfirst(cell)));
        if (columns.len >= NAMEDATALEN) {
            break;
        }
    }
    List *others = NIL;
    const Oid schema = get_rel_namespace(fact->table);
    foreach (cell, ddl->facts) {
        const auto *other = static_cast<ForeignKeyFact *>(lfirst(cell));
        if (get_rel_namespace(other->table) == schema) {
            others = lappend(others, pstrdup(other->name));
        }
    }
    return ChooseConstraintName(get_rel_name(fact->table), columns.data, "fkey", schema, others);
}

void settle(ModelDdl *ddl, ForeignKeyFact *fact) {
    fact->column_count = list_length(fact->column_names);
    fact->columns = static_cast<AttrNumber *>(palloc(sizeof(AttrNumber) * fact->column_count));
    fact->sets = static_cast<bool *>(palloc0(sizeof(bool) * fact->column_count));
    for (int i = 0; i < fact->column_count; ++i) {
        const auto *column = static_cast<const char *>(list_nth(fact->column_names, i));
        fact->columns[i] = get_attnum(fact->table, column);
        if (fact->columns[i] == InvalidAttrNumber) {
            ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                            errmsg("column \"%s\" referenced in foreign key constraint does not exist", column)));
        }
        fact->sets[i] = contains_name(fact->set_names, column);
    }
    if (fact->target_columns != NIL && list_length(fact->target_columns) != fact->column_count) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_FOREIGN_KEY),
                        errmsg("number of referencing and referenced columns for foreign key disagree")));
    }
    if (fact->name == nullptr) {
        fact->name = choose_name(ddl, fact);
    } else if (find_fact(ddl, fact->table, fact->name) != nullptr ||
               ConstraintNameIsUsed(CONSTRAINT_RELATION, fact->table, fact->name)) {
        ereport(ERROR,
                (errcode(ERRCODE_DUPLICATE_OBJECT), errmsg("constraint \"%s\" for relation \"%s\" already exists",
                                                           fact->name, get_rel_name(fact->table))));
    }
    ddl->facts = lappend(ddl->facts, fact);
}

}  // namespace

void take_foreign_keys_of_create(ModelDdl *ddl, CreateStmt *statement) {
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, statement->tableElts) {
        auto *element = static_cast<Node *>(lfirst(cell));
        if (IsA(element, ColumnDef)) {
            take_of_column(ddl, castNode(ColumnDef, element), statement->relation);
        } else if (IsA(element, Constraint) &&
                   take_of_table(ddl, reinterpret_cast<::Constraint *>(element), statement->relation)) {
            continue;
        }
        kept = lappend(kept, element);
    }
    statement->tableElts = kept;
}

void take_foreign_keys_of_alter(ModelDdl *ddl, AlterTableStmt *statement) {
    const Oid table = placed_relation(statement->relation);
    List *kept = NIL;
    ListCell *cell = nullptr;
    foreach (cell, statement->cmds) {
        auto *command = static_cast<AlterTableCmd *>(lfirst(cell));
        if (command->def != nullptr && IsA(command->def, ColumnDef) && command->subtype == AT_AddColumn) {
            auto *column = castNode(ColumnDef, command->def);
            if (!command->missing_ok || !OidIsValid(table) || get_attnum(table, column->colname) == InvalidAttrNumber) {
                take_of_column(ddl, column, nullptr);
            }
        } else if (command->subtype == AT_AddConstraint &&
                   take_of_table(ddl, reinterpret_cast<::Constraint *>(command->def), nullptr)) {
            continue;
        } else if (OidIsValid(table) && follow_command(ddl, table, command)) {
            continue;
        }
        kept = lappend(kept, command);
    }
    statement->cmds = kept;
}

bool rename_foreign_key_fact(ModelDdl *ddl, const RangeVar *relation, const char *from, const char *to) {
    const Oid table = placed_relation(relation);
    ForeignKeyFact *fact = OidIsValid(table) ? find_fact(ddl, table, from) : nullptr;
    if (fact != nullptr) {
        fact->name = MemoryContextStrdup(ddl->names->context, to);
    }
    return fact != nullptr;
}

bool comment_foreign_key_fact(ModelDdl *ddl, Oid table, const char *name, const char *comment) {
    ForeignKeyFact *fact = find_fact(ddl, table, name);
    if (fact != nullptr) {
        fact->comment = comment == nullptr ? nullptr : MemoryContextStrdup(ddl->names->context, comment);
    }
    return fact != nullptr;
}

void settle_foreign_keys(ModelDdl *ddl, const RangeVar *relation, bool missing_ok) {
    List *taken = ddl->taken;
    ddl->taken = NIL;
    if (taken == NIL) {
        return;
    }
    const MemoryContext saved = MemoryContextSwitchTo(ddl->names->context);
    const Oid table = RangeVarGetRelid(relation, NoLock, missing_ok);
    ListCell *cell = nullptr;
    foreach (cell, OidIsValid(table) ? taken : NIL) {
        auto *fact = static_cast<ForeignKeyFact *>(lfirst(cell));
        fact->table = table;
        settle(ddl, fact);
    }
    MemoryContextSwitchTo(saved);
}

}  // namespace schema_audit::server
