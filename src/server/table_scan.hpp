// Direct scans of the extension's own tables: no SPI, no planner, whatever the table access method.
#pragma once

#include "server/call.hpp"

namespace schema_audit::server {

// OID of schema_audit.<name>. Raises 42P01 when it is not there.
Oid own_table(const char *name);
// The same, and 42501 unless the current user may SELECT.
Oid own_table_for_select(const char *name);

// The bytes of a row as the heap stores them: rows that are alike need not be decomposed to be known as such.
// Null data: another table access method, or values that are stored elsewhere.
struct StoredRow {
    const char *data = nullptr;
    std::size_t size = 0;
    int attributes = 0;
    std::string_view nulls;  // the null bitmap
};

// One row, decomposed at the first access. Only to be used inside the visitor.
class RowView {
public:
    explicit RowView(TupleTableSlot *slot) noexcept : slot_(slot) {}
    // Columns are numbered from 1, as in CREATE TABLE.
    [[nodiscard]] bool is_null(int column) const noexcept {
        decompose();
        return slot_->tts_isnull[column - 1];
    }
    [[nodiscard]] Datum datum(int column) const noexcept {
        decompose();
        return slot_->tts_values[column - 1];
    }
    [[nodiscard]] StoredRow stored() const noexcept {
        if (!TTS_IS_BUFFERTUPLE(slot_)) {
            return {};
        }
        const HeapTuple tuple = reinterpret_cast<HeapTupleTableSlot *>(slot_)->tuple;
        if (tuple == nullptr || HeapTupleHasExternal(tuple)) {
            return {};
        }
        const auto *header = reinterpret_cast<const char *>(tuple->t_data);
        const int attributes = HeapTupleHeaderGetNatts(tuple->t_data);
        const auto bitmap = static_cast<std::size_t>(HeapTupleHasNulls(tuple) ? BITMAPLEN(attributes) : 0);
        return {header + tuple->t_data->t_hoff,
                tuple->t_len - tuple->t_data->t_hoff,
                attributes,
                {header + SizeofHeapTupleHeader, bitmap}};
    }
    // Where the value ends in stored().data; only for a text that is not null.
    [[nodiscard]] std::size_t end_of(int column, const StoredRow &row) const noexcept {
        const char *value = DatumGetPointer(datum(column));
        return static_cast<std::size_t>(value - row.data) + VARSIZE_ANY(value);
    }
    [[nodiscard]] bool boolean(int column) const noexcept { return !is_null(column) && DatumGetBool(datum(column)); }
    [[nodiscard]] std::int32_t integer(int column) const noexcept {
        return is_null(column) ? 0 : DatumGetInt32(datum(column));
    }
    // Empty for null. Server function: may detoast.
    [[nodiscard]] std::string_view text(int column) const {
        if (is_null(column)) {
            return {};
        }
        auto *value = PG_DETOAST_DATUM_PACKED(datum(column));
        return {VARDATA_ANY(value), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(value))};
    }
    // Calls visit(std::string_view) for each element of a text[]; nothing for null.
    template <class Visit>
    void texts(int column, Visit visit) const {
        if (is_null(column)) {
            return;
        }
        ArrayType *array = DatumGetArrayTypeP(datum(column));
        const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
        const bits8 *nulls = ARR_NULLBITMAP(array);
        const char *next = ARR_DATA_PTR(array);
        for (int i = 0; i < count; ++i) {
            if (nulls != nullptr && att_isnull(i, nulls)) {
                visit(std::string_view{});
                continue;
            }
            visit(std::string_view{VARDATA_ANY(next), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(next))});
            next += VARSIZE_ANY(next);
            next = reinterpret_cast<const char *>(TYPEALIGN(ALIGNOF_INT, next));
        }
    }

private:
    void decompose() const noexcept {
        if (slot_->tts_nvalid == 0) {
            slot_getallattrs(slot_);
        }
    }

    TupleTableSlot *slot_;
};

// Visits every row that the snapshot sees. visit runs inside server_call: it may append to objects above it.
template <class Visit>
void scan_table(Oid table, Visit visit) {
    server_call([&] {
        constexpr int reset_interval = 256;
        Relation relation = table_open(table, AccessShareLock);
        TupleTableSlot *slot = table_slot_create(relation, nullptr);
        TableScanDesc scan = table_beginscan_strat(relation, GetActiveSnapshot(), 0, nullptr, true, false);
        const MemoryContext scratch =
            AllocSetContextCreate(CurrentMemoryContext, "schema_audit table scan", ALLOCSET_DEFAULT_SIZES);
        const MemoryContext old = MemoryContextSwitchTo(scratch);
        int rows = 0;
        while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
            visit(RowView(slot));
            if (++rows % reset_interval == 0) {
                MemoryContextReset(scratch);
                CHECK_FOR_INTERRUPTS();
            }
        }
        MemoryContextSwitchTo(old);
        MemoryContextDelete(scratch);
        table_endscan(scan);
        ExecDropSingleTupleTableSlot(slot);
        table_close(relation, AccessShareLock);
    });
}

}  // namespace schema_audit::server
