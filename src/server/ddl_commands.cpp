#include "server/ddl_commands.hpp"

namespace schema_audit::server {
namespace {

// Columns of pg_event_trigger_ddl_commands() and pg_event_trigger_dropped_objects(), from 0.
enum command_column : int {
    command_class,
    command_object,
    command_sub,
    command_tag,
    command_type,
    command_schema,
    command_identity,
    command_extension
};
enum dropped_column : int {
    dropped_class,
    dropped_object,
    dropped_sub,
    dropped_original,
    dropped_normal,
    dropped_temporary,
    dropped_type,
    dropped_schema,
    dropped_name,
    dropped_identity,
    dropped_address,
    dropped_args,
};

struct Call {
    FmgrInfo function;
    bool ready;
};

// Runs a set-returning function that materializes, and calls row(slot) for each of its rows.
template <class Row>
void each_row(Call &call, Oid function, Row row) noexcept {
    if (!call.ready) {
        fmgr_info_cxt(function, &call.function, TopMemoryContext);
        call.ready = true;
    }
    ReturnSetInfo result{};
    result.type = T_ReturnSetInfo;
    result.econtext = makeNode(ExprContext);
    result.econtext->ecxt_per_query_memory = CurrentMemoryContext;
    result.econtext->ecxt_per_tuple_memory = CurrentMemoryContext;
    result.allowedModes = SFRM_Materialize;
    result.returnMode = SFRM_ValuePerCall;
    result.isDone = ExprSingleResult;
    LOCAL_FCINFO(fcinfo, 0);
    InitFunctionCallInfoData(*fcinfo, &call.function, 0, InvalidOid, nullptr, reinterpret_cast<Node *>(&result));
    FunctionCallInvoke(fcinfo);
    if (result.setResult == nullptr) {
        return;
    }
    TupleTableSlot *slot = MakeSingleTupleTableSlot(result.setDesc, &TTSOpsMinimalTuple);
    while (tuplestore_gettupleslot(result.setResult, true, false, slot)) {
        slot_getallattrs(slot);
        row(slot);
    }
    ExecDropSingleTupleTableSlot(slot);
    tuplestore_end(result.setResult);
}

const char *text_at(const TupleTableSlot *slot, int column) noexcept {
    return slot->tts_isnull[column] ? "" : TextDatumGetCString(slot->tts_values[column]);
}
Oid oid_at(const TupleTableSlot *slot, int column) noexcept {
    return slot->tts_isnull[column] ? InvalidOid : DatumGetObjectId(slot->tts_values[column]);
}

template <class Item>
Item *next(Items<Item> &items, int &room) noexcept {
    if (items.count == room) {
        room = room == 0 ? 8 : room * 2;
        auto *grown = static_cast<Item *>(palloc(room * sizeof(Item)));
        std::copy_n(items.first, items.count, grown);
        items.first = grown;
    }
    return &items.first[items.count++];
}

void read_address(DroppedObject *object, Datum address) noexcept {
    Datum *names = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(address), TEXTOID, -1, false, TYPALIGN_INT, &names, nullptr, &count);
    if (count == 3) {
        object->table_schema = TextDatumGetCString(names[0]);
        object->table = TextDatumGetCString(names[1]);
        object->column = TextDatumGetCString(names[2]);
    }
}

}  // namespace

Items<DdlCommand> read_ddl_commands() noexcept {
    static Call call;
    Items<DdlCommand> commands{nullptr, 0};
    int room = 0;
    each_row(call, F_PG_EVENT_TRIGGER_DDL_COMMANDS, [&](const TupleTableSlot *slot) {
        DdlCommand *command = next(commands, room);
        command->class_id = oid_at(slot, command_class);
        command->object_id = oid_at(slot, command_object);
        command->command_tag = text_at(slot, command_tag);
        command->object_type = text_at(slot, command_type);
        command->schema = text_at(slot, command_schema);
        command->identity = text_at(slot, command_identity);
        command->in_extension =
            !slot->tts_isnull[command_extension] && DatumGetBool(slot->tts_values[command_extension]);
    });
    return commands;
}

Items<DroppedObject> read_dropped_objects(bool defaults, bool triggers, bool parts) noexcept {
    static Call call;
    Items<DroppedObject> objects{nullptr, 0};
    int room = 0;
    each_row(call, F_PG_EVENT_TRIGGER_DROPPED_OBJECTS, [&](const TupleTableSlot *slot) {
        const bool original = DatumGetBool(slot->tts_values[dropped_original]);
        const bool is_default = defaults && oid_at(slot, dropped_class) == AttrDefaultRelationId;
        const bool is_trigger = triggers && oid_at(slot, dropped_class) == TriggerRelationId;
        const Oid catalog = oid_at(slot, dropped_class);
        const bool part =
            parts && (catalog == ConstraintRelationId ||
                      (catalog == RelationRelationId && std::strcmp(text_at(slot, dropped_type), "index") == 0));
        const bool by_cascade = !original && (part || DatumGetBool(slot->tts_values[dropped_normal]));
        if (!original && !by_cascade && !is_default && !is_trigger) {
            return;
        }
        DroppedObject *object = next(objects, room);
        *object = DroppedObject{};
        object->original = original;
        object->by_cascade = by_cascade;
        object->temporary = DatumGetBool(slot->tts_values[dropped_temporary]);
        object->object_type = text_at(slot, dropped_type);
        object->schema = text_at(slot, dropped_schema);
        object->identity = text_at(slot, dropped_identity);
        object->trigger = is_trigger;
        if ((is_default || is_trigger) && !slot->tts_isnull[dropped_address]) {
            read_address(object, slot->tts_values[dropped_address]);
        }
    });
    return objects;
}

}  // namespace schema_audit::server
