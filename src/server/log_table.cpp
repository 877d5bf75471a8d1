#include "server/log_table.hpp"

namespace schema_audit::server {
namespace {

using guard::LogText;

// Columns as in src/sql/50_guard.sql, from 0.
enum log_column : int {
    id,
    at,
    transaction_id,
    first_text,
    last_text = first_text + 11,
    duration_ms,
    reason,
    table_rewritten,
    setting_id,
    decided_by,
    rewrite_reason,
    first_list,
    last_list = first_list + static_cast<int>(guard::log_list_count) - 1,
    subtransaction_id,
    column_count
};
constexpr int client_addr = first_text + static_cast<int>(LogText::client_addr);
static_assert(static_cast<int>(LogText::message) == 11 && static_cast<int>(LogText::reason) == 12);

Oid type_of(int column) noexcept {
    switch (column) {
        case id:
        case setting_id:
            return INT8OID;
        case at:
            return TIMESTAMPTZOID;
        case transaction_id:
        case subtransaction_id:
            return XID8OID;
        case client_addr:
            return INETOID;
        case duration_ms:
            return FLOAT8OID;
        case table_rewritten:
            return BOOLOID;
        default:
            return column >= first_list && column <= last_list ? TEXTARRAYOID : TEXTOID;
    }
}

bool has_our_shape(TupleDesc description) noexcept {
    if (description->natts < column_count) {
        return false;
    }
    for (int i = 0; i < column_count; ++i) {
        const FormData_pg_attribute *attribute = TupleDescAttr(description, i);
        if (attribute->attisdropped || attribute->atttypid != type_of(i)) {
            return false;
        }
    }
    return true;
}

struct Tables {
    Oid log, sequence;
};

Tables find_tables() noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    if (!OidIsValid(schema)) {
        return {InvalidOid, InvalidOid};
    }
    return {get_relname_relid("ddl_log", schema), get_relname_relid("ddl_log_id_seq", schema)};
}

Relation open_log(Oid table, bool wait) noexcept {
    if (!wait && !ConditionalLockRelationOid(table, RowExclusiveLock)) {
        return nullptr;
    }
    const Relation relation = try_relation_open(table, wait ? RowExclusiveLock : NoLock);
    if (relation == nullptr) {
        if (!wait) {
            UnlockRelationOid(table, RowExclusiveLock);
        }
        return nullptr;
    }
    if (relation->rd_rel->relkind == RELKIND_RELATION && has_our_shape(RelationGetDescr(relation))) {
        return relation;
    }
    relation_close(relation, RowExclusiveLock);
    return nullptr;
}

void set_text(TupleTableSlot *slot, int column, const char *text) noexcept {
    slot->tts_isnull[column] = text == nullptr;
    if (text != nullptr) {
        slot->tts_values[column] =
            column == client_addr ? DirectFunctionCall1(inet_in, CStringGetDatum(text)) : CStringGetTextDatum(text);
    }
}

void set_texts(TupleTableSlot *slot, const LogRow *row) noexcept {
    for (int i = first_text; i <= last_text; ++i) {
        set_text(slot, i, row->texts[static_cast<std::size_t>(i - first_text)]);
    }
    set_text(slot, reason, row->texts[static_cast<std::size_t>(LogText::reason)]);
    set_text(slot, decided_by, row->texts[static_cast<std::size_t>(LogText::decided_by)]);
    set_text(slot, rewrite_reason, row->texts[static_cast<std::size_t>(LogText::rewrite_reason)]);
}

void set_lists(TupleTableSlot *slot, const LogRow *row) noexcept {
    for (int i = first_list; i <= last_list; ++i) {
        const std::vector<std::string> *list = row->lists[static_cast<std::size_t>(i - first_list)];
        if (list == nullptr || list->empty()) {
            continue;
        }
        auto *items = static_cast<Datum *>(palloc(list->size() * sizeof(Datum)));
        for (std::size_t item = 0; item < list->size(); ++item) {
            items[item] = CStringGetTextDatum((*list)[item].c_str());
        }
        slot->tts_isnull[i] = false;
        slot->tts_values[i] =
            PointerGetDatum(construct_array(items, static_cast<int>(list->size()), TEXTOID, -1, false, TYPALIGN_INT));
    }
}

void set_rest(TupleTableSlot *slot, const LogRow *row) noexcept {
    slot->tts_isnull[at] = false;
    slot->tts_values[at] = TimestampTzGetDatum(row->at);
    slot->tts_isnull[transaction_id] = row->transaction_id == 0;
    slot->tts_values[transaction_id] = FullTransactionIdGetDatum(FullTransactionIdFromU64(row->transaction_id));
    slot->tts_isnull[duration_ms] = row->duration_ms < 0;
    slot->tts_values[duration_ms] = Float8GetDatum(row->duration_ms);
    slot->tts_isnull[subtransaction_id] = row->subtransaction_id == 0;
    slot->tts_values[subtransaction_id] = FullTransactionIdGetDatum(FullTransactionIdFromU64(row->subtransaction_id));
    slot->tts_isnull[setting_id] = row->setting_id == 0;
    slot->tts_values[setting_id] = Int64GetDatum(row->setting_id);
    slot->tts_isnull[table_rewritten] = false;
    slot->tts_values[table_rewritten] = BoolGetDatum(row->table_rewritten);
}

// A relation with its indexes, ready for one row. Triggers stay out: they could do anything, also at commit.
struct Target {
    EState *state;
    ResultRelInfo *info;
};

Target open_target(Relation relation) noexcept {
    EState *state = CreateExecutorState();
    auto *info = makeNode(ResultRelInfo);
    InitResultRelInfo(info, relation, 0, nullptr, 0);
    info->ri_TrigDesc = nullptr;
    ExecOpenIndices(info, false);
    return {state, info};
}

void close_target(Target target) noexcept {
    ExecCloseIndices(target.info);
    FreeExecutorState(target.state);
}

}  // namespace

LogRow row_from(const guard::LogRecord &record) noexcept {
    LogRow row{record.at,
               record.transaction_id,
               record.duration_ms,
               record.table_rewritten,
               record.setting_id,
               record.subtransaction_id,
               {},
               {},
               {}};
    for (std::size_t i = 0; i < guard::log_text_count; ++i) {
        row.texts[i] = record.texts[i].empty() ? nullptr : record.texts[i].c_str();
    }
    for (std::size_t i = 0; i < guard::log_list_count; ++i) {
        row.lists[i] = &record.lists[i];
    }
    return row;
}

bool insert_log_rows(std::span<LogRow> rows, bool wait) noexcept {
    const Tables tables = find_tables();
    if (!OidIsValid(tables.log) || !OidIsValid(tables.sequence) ||
        (!wait && !ConditionalLockRelationOid(tables.sequence, RowExclusiveLock))) {
        return false;
    }
    const Relation relation = open_log(tables.log, wait);
    if (relation == nullptr) {
        return false;
    }
    const Target target = open_target(relation);
    TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(relation), &TTSOpsVirtual);
    for (LogRow &row : rows) {
        ExecClearTuple(slot);
        std::fill_n(slot->tts_isnull, RelationGetDescr(relation)->natts, true);
        slot->tts_isnull[id] = false;
        slot->tts_values[id] = Int64GetDatum(nextval_internal(tables.sequence, false));
        set_texts(slot, &row);
        set_lists(slot, &row);
        set_rest(slot, &row);
        ExecStoreVirtualTuple(slot);
        ExecSimpleRelationInsert(target.info, target.state, slot);
        row.place = slot->tts_tid;
    }
    ExecDropSingleTupleTableSlot(slot);
    close_target(target);
    relation_close(relation, NoLock);
    return true;
}

bool delete_log_rows(std::span<const ItemPointerData> places) noexcept {
    if (places.empty()) {
        return true;
    }
    const Relation relation = open_log(find_tables().log, false);
    if (relation == nullptr) {
        return false;
    }
    CommandCounterIncrement();  // a command cannot delete what it has inserted itself
    for (const ItemPointerData &place : places) {
        simple_heap_delete(relation, const_cast<ItemPointerData *>(&place));
    }
    relation_close(relation, NoLock);
    return true;
}

}  // namespace schema_audit::server
