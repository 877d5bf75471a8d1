#include "server/own_query.hpp"

namespace schema_audit::server {

QueryRows select_rows(const char *sql, Oid type, const char *parameter) noexcept {
    Oid input = InvalidOid;
    Oid argument = InvalidOid;
    getTypeInputInfo(type, &input, &argument);
    Datum value = OidInputFunctionCall(input, const_cast<char *>(parameter), argument, -1);
    return select_rows(sql, 1, &type, &value);
}

QueryRows select_rows(const char *sql, int count, Oid *types, Datum *values) noexcept {
    const MemoryContext context = CurrentMemoryContext;
    SPI_connect();
    const int code = SPI_execute_with_args(sql, count, types, values, nullptr, true, 0);
    if (code < 0) {
        ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg_internal("SPI: %s", SPI_result_code_string(code))));
    }
    QueryRows rows{static_cast<int>(SPI_processed), SPI_tuptable->tupdesc->natts, nullptr};
    const auto size = static_cast<std::size_t>(rows.count) * static_cast<std::size_t>(rows.columns);
    rows.items =
        static_cast<const char **>(MemoryContextAllocExtended(context, sizeof(char *) * (size + 1), MCXT_ALLOC_HUGE));
    for (int i = 0; i < rows.count; ++i) {
        for (int column = 0; column < rows.columns; ++column) {
            const char *text = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, column + 1);
            rows.items[i * rows.columns + column] = text != nullptr ? MemoryContextStrdup(context, text) : nullptr;
        }
    }
    SPI_finish();
    return rows;
}

bool may_read_now(const char *table) noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    const Oid relation = OidIsValid(schema) ? get_relname_relid(table, schema) : InvalidOid;
    return OidIsValid(relation) && pg_class_aclcheck(relation, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
           ConditionalLockRelationOid(relation, AccessShareLock);
}

bool log_has_rows() noexcept {
    const Relation log =
        try_relation_open(get_relname_relid("ddl_log", get_namespace_oid("schema_audit", true)), NoLock);
    const bool plain = log != nullptr && log->rd_rel->relkind == RELKIND_RELATION;
    const bool rows = plain && RelationGetNumberOfBlocks(log) > 0;
    if (log != nullptr) {
        relation_close(log, NoLock);
    }
    return rows;
}

}  // namespace schema_audit::server
