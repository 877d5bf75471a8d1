// Aggregates: a row of pg_proc and one of pg_aggregate each.
#include "server/live_objects/reader.hpp"

namespace schema_audit::server {
namespace {

consteval AttributeId of_aggregate(std::string_view name) { return attribute(ObjectKind::aggregate, name); }

struct AggregateRow {
    FormData_pg_aggregate row;
    const char *initial_state, *moving_initial_state;
};

struct Option {
    AttributeId id;
    const char *word;  // in CREATE AGGREGATE
    const char *text;  // null: as it is without the option
};

const char *text_or_null(Oid function) { return OidIsValid(function) ? function_name(function) : nullptr; }

const char *size_text(int size) { return size == 0 ? nullptr : psprintf("%d", size); }

const char *modify_text(char modify, char usual) {
    if (modify == usual) {
        return nullptr;
    }
    return modify == AGGMODIFY_READ_ONLY ? "READ_ONLY" : modify == AGGMODIFY_SHAREABLE ? "SHAREABLE" : "READ_WRITE";
}

const char *literal(const char *text) { return text == nullptr ? nullptr : quote_literal_cstr(text); }

const char *operator_text(Oid sort_operator) {
    const char *name = OidIsValid(sort_operator) ? get_opname(sort_operator) : nullptr;
    HeapTuple tuple = name == nullptr ? nullptr : SearchSysCache1(OPEROID, ObjectIdGetDatum(sort_operator));
    if (!HeapTupleIsValid(tuple)) {
        return nullptr;
    }
    const Oid name_space = reinterpret_cast<Form_pg_operator>(GETSTRUCT(tuple))->oprnamespace;
    ReleaseSysCache(tuple);
    const char *schema = get_namespace_name(name_space);
    return schema == nullptr ? nullptr : psprintf("OPERATOR(%s.%s)", quote_identifier(schema), name);
}

const char *kind_text(char kind) {
    return kind == AGGKIND_ORDERED_SET ? "ordered-set" : kind == AGGKIND_HYPOTHETICAL ? "hypothetical-set" : nullptr;
}

// "x integer ORDER BY VARIADIC y "any"", as CREATE AGGREGATE takes it.
char *arguments_text(ObjectReader &reader, HeapTuple tuple, const FormData_pg_aggregate &aggregate) {
    Oid *types = nullptr;
    char **names = nullptr;
    char *modes = nullptr;
    const int count = get_func_arg_info(tuple, &types, &names, &modes);
    StringInfoData text;
    initStringInfo(&text);
    const int direct = aggregate.aggkind == AGGKIND_NORMAL ? -1 : aggregate.aggnumdirectargs;
    const auto argument = [&](int i) {
        const char *name = names == nullptr ? "" : names[i];
        const char *type = reader.type_text(types[i]);
        appendStringInfo(&text, "%s%s%s%s", modes != nullptr && modes[i] == FUNC_PARAM_VARIADIC ? "VARIADIC " : "",
                         *name == '\0' ? "" : quote_identifier(name), *name == '\0' ? "" : " ",
                         type == nullptr ? "" : type);
    };
    for (int i = 0; i < count; ++i) {
        appendStringInfoString(&text, i == direct ? (i == 0 ? "ORDER BY " : " ORDER BY ") : i == 0 ? "" : ", ");
        argument(i);
    }
    // One argument stands for both when all further ones are taken: it has to be said twice.
    if (direct == count && count > 0) {
        appendStringInfoString(&text, " ORDER BY ");
        argument(count - 1);
    }
    return count == 0 ? pstrdup("*") : text.data;
}

const char *parallel_text(char parallel) {
    return parallel == PROPARALLEL_UNSAFE ? nullptr : parallel == PROPARALLEL_SAFE ? "SAFE" : "RESTRICTED";
}

void set_options(ObjectReader &reader, HeapTuple tuple, const AggregateRow &aggregate) {
    const auto &row = aggregate.row;
    const auto &function = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
    const char usual_modify = row.aggkind == AGGKIND_NORMAL ? AGGMODIFY_READ_ONLY : AGGMODIFY_READ_WRITE;
    const auto state_type = [&](Oid type) { return OidIsValid(type) ? reader.type_text(type) : nullptr; };
    const std::array options{
        Option{of_aggregate("transition_function"), "SFUNC", text_or_null(row.aggtransfn)},
        Option{of_aggregate("state_type"), "STYPE", state_type(row.aggtranstype)},
        Option{of_aggregate("state_size"), "SSPACE", size_text(row.aggtransspace)},
        Option{of_aggregate("initial_state"), "INITCOND", literal(aggregate.initial_state)},
        Option{of_aggregate("final_function"), "FINALFUNC", text_or_null(row.aggfinalfn)},
        Option{of_aggregate("final_extra"), "FINALFUNC_EXTRA", row.aggfinalextra ? "true" : nullptr},
        Option{of_aggregate("final_modify"), "FINALFUNC_MODIFY", modify_text(row.aggfinalmodify, usual_modify)},
        Option{of_aggregate("combine_function"), "COMBINEFUNC", text_or_null(row.aggcombinefn)},
        Option{of_aggregate("serial_function"), "SERIALFUNC", text_or_null(row.aggserialfn)},
        Option{of_aggregate("deserial_function"), "DESERIALFUNC", text_or_null(row.aggdeserialfn)},
        Option{of_aggregate("moving_transition_function"), "MSFUNC", text_or_null(row.aggmtransfn)},
        Option{of_aggregate("moving_inverse_function"), "MINVFUNC", text_or_null(row.aggminvtransfn)},
        Option{of_aggregate("moving_state_type"), "MSTYPE", state_type(row.aggmtranstype)},
        Option{of_aggregate("moving_state_size"), "MSSPACE", size_text(row.aggmtransspace)},
        Option{of_aggregate("moving_initial_state"), "MINITCOND", literal(aggregate.moving_initial_state)},
        Option{of_aggregate("moving_final_function"), "MFINALFUNC", text_or_null(row.aggmfinalfn)},
        Option{of_aggregate("moving_final_extra"), "MFINALFUNC_EXTRA", row.aggmfinalextra ? "true" : nullptr},
        Option{of_aggregate("moving_final_modify"), "MFINALFUNC_MODIFY",
               modify_text(row.aggmfinalmodify, usual_modify)},
        Option{of_aggregate("sort_operator"), "SORTOP", operator_text(row.aggsortop)},
        Option{of_aggregate("parallel"), "PARALLEL", parallel_text(function.proparallel)},
    };
    StringInfoData ddl;
    initStringInfo(&ddl);
    const char *schema = get_namespace_name(function.pronamespace);
    const char *arguments = arguments_text(reader, tuple, row);
    appendStringInfo(&ddl, "CREATE OR REPLACE AGGREGATE %s(%s) (",
                     quote_qualified_identifier(schema, NameStr(function.proname)), arguments);
    const char *separator = "";
    for (const Option &option : options) {
        reader.set(option.id, option.text);
        if (option.text != nullptr) {
            appendStringInfo(&ddl, "%s%s = %s", separator, option.word, option.text);
            separator = ", ";
        }
    }
    appendStringInfoString(&ddl, row.aggkind == AGGKIND_HYPOTHETICAL ? ", HYPOTHETICAL);" : ");");
    reader.set(of_aggregate("kind"), kind_text(row.aggkind));
    bool has_names = false;
    (void)SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargnames, &has_names);
    reader.set_if(!has_names || row.aggkind != AGGKIND_NORMAL || OidIsValid(function.provariadic),
                  of_aggregate("arguments"), arguments);
    if (reader.wants_ddl()) {
        reader.set(of_aggregate("ddl"), ddl.data);
    }
}

char *long_lived_text(HeapTuple tuple, int attnum, TupleDesc descriptor) {
    bool is_null = false;
    const Datum value = heap_getattr(tuple, attnum, descriptor, &is_null);
    return is_null ? nullptr : MemoryContextStrdup(entry_context(), TextDatumGetCString(value));
}

}  // namespace

void read_aggregates(ObjectReader &reader) {
    std::unordered_map<Oid, AggregateRow> rows;
    scan_catalog(AggregateRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_aggregate>(GETSTRUCT(tuple));
        if (row.aggfnoid >= FirstNormalObjectId) {
            rows.emplace(row.aggfnoid,
                         AggregateRow{row, long_lived_text(tuple, Anum_pg_aggregate_agginitval, descriptor),
                                      long_lived_text(tuple, Anum_pg_aggregate_aggminitval, descriptor)});
        }
    });
    scan_catalog(ProcedureRelationId, reader.snapshot(), [&](HeapTuple tuple, TupleDesc descriptor) {
        const auto &row = *reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
        const auto found = row.prokind == PROKIND_AGGREGATE ? rows.find(row.oid) : rows.end();
        if (found == rows.end() || !reader.reads_schema(row.pronamespace)) {
            return;
        }
        const char *signature = signature_of(reader, row);
        if (signature == nullptr ||
            !reader.begin(ObjectKind::aggregate, ProcedureRelationId, row.oid, row.pronamespace, signature)) {
            return;
        }
        set_options(reader, tuple, found->second);
        bool is_null = false;
        const Datum acl = heap_getattr(tuple, Anum_pg_proc_proacl, descriptor, &is_null);
        reader.set_owner(row.proowner);
        reader.set_grants(acl, is_null, OBJECT_FUNCTION, row.proowner);
    });
}

}  // namespace schema_audit::server
