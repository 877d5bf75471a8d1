#include "server/policy.hpp"

#include "server/call.hpp"
#include "server/entry.hpp"
#include "server/guard.hpp"
#include "server/settings.hpp"

namespace schema_audit::server {
namespace {

// Columns of src/sql/50_guard.sql, by number.
namespace guard_column {
constexpr int mode = 1;
}
enum setting_column : int {
    rule = 1,
    schema_pattern,
    table_pattern,
    role_name,
    action,
    min_rows,
    min_bytes,
    reason,
    expires_at,
    created_by,
    created_at,
    setting_id,
    setting_columns = setting_id
};

struct Cache {
    bool valid = false;
    Oid guard_table = InvalidOid;
    Oid setting_table = InvalidOid;
    Policy policy;
};
Cache *cache = nullptr;

void forget([[maybe_unused]] Datum argument, Oid relation) {
    if (cache != nullptr &&
        (relation == InvalidOid || relation == cache->guard_table || relation == cache->setting_table)) {
        cache->valid = false;
    }
}

struct RawSetting {
    int64 id;
    const char *rule, *schema_pattern, *table_pattern, *role_name, *action, *reason;
    bool has_rows, has_bytes, expires;
    int64 rows, bytes, expires_at;
};
struct RawSettings {
    RawSetting *items;
    int count;
};

const char *text_at(TupleTableSlot *slot, int column) noexcept {
    bool is_null = false;
    const Datum value = slot_getattr(slot, column, &is_null);
    return is_null ? "" : TextDatumGetCString(value);
}

bool int64_at(TupleTableSlot *slot, int column, int64 *value) noexcept {
    bool is_null = false;
    const Datum datum = slot_getattr(slot, column, &is_null);
    *value = is_null ? 0 : DatumGetInt64(datum);
    return !is_null;
}

// A table that somebody has altered must not be misread.
bool has_our_shape(TupleDesc description, int columns) noexcept {
    for (int i = 0; i < columns; ++i) {
        const int number = i + 1;
        const bool numeric = number == min_rows || number == min_bytes || number == setting_id;
        const bool time = number == expires_at || number == created_at;
        const Oid expected = columns == 1 ? TEXTOID : numeric ? INT8OID : time ? TIMESTAMPTZOID : TEXTOID;
        if (i >= description->natts || TupleDescAttr(description, i)->attisdropped ||
            TupleDescAttr(description, i)->atttypid != expected) {
            return false;
        }
    }
    return true;
}

// Calls row(slot) for every row. Does nothing while somebody has locked the table: the guard waits for nobody.
// False also where the table is not ours in shape.
template <class Row>
bool scan(Oid table, int columns, Row row) {
    if (!ConditionalLockRelationOid(table, AccessShareLock)) {
        return false;
    }
    const Relation relation = try_relation_open(table, NoLock);
    if (relation == nullptr) {
        UnlockRelationOid(table, AccessShareLock);
        return false;
    }
    const bool readable = has_our_shape(RelationGetDescr(relation), columns);
    if (readable) {
        TupleTableSlot *slot = table_slot_create(relation, nullptr);
        const TableScanDesc scan = table_beginscan_catalog(relation, 0, nullptr);
        while (table_scan_getnextslot(scan, ForwardScanDirection, slot)) {
            row(slot);
        }
        table_endscan(scan);
        ExecDropSingleTupleTableSlot(slot);
    }
    relation_close(relation, AccessShareLock);
    return readable;
}

// Null = no row.
const char *read_mode(Oid table, bool *complete) noexcept {
    const char *mode = nullptr;
    *complete =
        scan(table, guard_column::mode, [&](TupleTableSlot *slot) { mode = text_at(slot, guard_column::mode); });
    return mode;
}

RawSettings read_settings(Oid table, bool *complete) noexcept {
    RawSettings result{nullptr, 0};
    int room = 0;
    *complete = scan(table, setting_columns, [&](TupleTableSlot *slot) {
        if (result.count == room) {
            room = room == 0 ? 16 : room * 2;
            auto *items = static_cast<RawSetting *>(palloc(room * sizeof(RawSetting)));
            std::copy_n(result.items, result.count, items);
            result.items = items;
        }
        RawSetting &item = result.items[result.count++];
        int64_at(slot, setting_id, &item.id);
        item.rule = text_at(slot, rule);
        item.schema_pattern = text_at(slot, schema_pattern);
        item.table_pattern = text_at(slot, table_pattern);
        item.role_name = text_at(slot, role_name);
        item.action = text_at(slot, action);
        item.reason = text_at(slot, reason);
        item.has_rows = int64_at(slot, min_rows, &item.rows);
        item.has_bytes = int64_at(slot, min_bytes, &item.bytes);
        item.expires = int64_at(slot, expires_at, &item.expires_at);
    });
    return result;
}

guard::RuleSetting setting_from(const RawSetting &raw) {
    guard::RuleSetting setting;
    setting.id = raw.id;
    setting.rule = raw.rule;
    setting.schema_pattern = raw.schema_pattern;
    setting.table_pattern = raw.table_pattern;
    setting.role_name = raw.role_name;
    setting.action = action_from(raw.action).value_or(Action::log);
    setting.reason = raw.reason;
    if (raw.has_rows) {
        setting.min_rows = raw.rows;
    }
    if (raw.has_bytes) {
        setting.min_bytes = raw.bytes;
    }
    if (raw.expires) {
        setting.expires_at = raw.expires_at;
    }
    return setting;
}

struct PolicyTables {
    Oid guard, setting;
};

PolicyTables find_tables() noexcept {
    const Oid schema = get_namespace_oid("schema_audit", true);
    if (!OidIsValid(schema)) {
        return {InvalidOid, InvalidOid};
    }
    return {get_relname_relid("guard", schema), get_relname_relid("rule_setting", schema)};
}

}  // namespace

namespace {

// Once in a transaction: a migration has many commands.
void report_unknown() {
    if (settings::fail_closed()) {
        throw AuditError(ErrorKind::wrong_state, "the guard cannot read its policy",
                         "schema_audit.guard or schema_audit.rule_setting is locked by another session, or altered.",
                         "Try again when the lock is gone.");
    }
    static TimestampTz reported = 0;
    const TimestampTz transaction = GetCurrentTransactionStartTimestamp();
    if (reported == transaction) {
        return;
    }
    reported = transaction;
    server_call([] {
        ereport(LOG, (errmsg("schema_audit: the guard cannot read its policy: DDL is logged, and not rejected"),
                      errdetail("schema_audit.guard or schema_audit.rule_setting is locked by another session, or "
                                "altered, and this session has not read them before.")));
    });
}

// False where it could not be read.
bool read_policy(const PolicyTables &tables, Policy &policy) {
    if (!OidIsValid(tables.guard) || !OidIsValid(tables.setting)) {
        return false;
    }
    bool complete = false;
    const char *mode = server_call([&] { return read_mode(tables.guard, &complete); });
    if (!complete) {
        return false;
    }
    const RawSettings raw = server_call([&] { return read_settings(tables.setting, &complete); });
    if (mode != nullptr) {
        policy.database_mode = guard::mode_from(mode);
    }
    for (int i = 0; i < raw.count; ++i) {
        policy.settings.push_back(setting_from(raw.items[i]));
    }
    policy.rules = guard::rules_in_force(policy.settings);
    policy.known = complete;
    return complete;
}

}  // namespace

const Policy &current_policy() {
    if (cache == nullptr) {
        cache = new Cache;
    }
    if (cache->valid) {
        return cache->policy;
    }
    const PolicyTables tables = server_call([] { return find_tables(); });
    cache->guard_table = tables.guard;
    cache->setting_table = tables.setting;
    // Set before reading: an invalidation that arrives meanwhile must not be overwritten.
    cache->valid = true;
    try {
        fail_on_purpose("policy");
        Policy policy;
        if (read_policy(tables, policy)) {
            cache->policy = std::move(policy);
        } else {
            cache->valid = false;  // what was known holds, and is read again next time
        }
    } catch (...) {
        cache->valid = false;
        throw;
    }
    if (!cache->policy.known) {
        report_unknown();
    }
    return cache->policy;
}

bool policy_is_cached() noexcept { return cache != nullptr && cache->valid; }

guard::Mode current_mode(const Policy &policy) noexcept {
    const guard::Mode mode = settings::explicit_mode().value_or(policy.database_mode.value_or(guard::Mode::enforce));
    return policy.known || mode == guard::Mode::off ? mode : guard::Mode::log;
}

namespace {

// A function or a DO block is a portal of its own, or a query.
bool is_in_code() noexcept {
    const Portal portal = ActivePortal;
    if (portal == nullptr || portal->stmts == NIL) {
        return false;
    }
    const auto *planned = static_cast<const PlannedStmt *>(linitial(portal->stmts));
    return !IsA(planned, PlannedStmt) || planned->utilityStmt == nullptr || IsA(planned->utilityStmt, DoStmt) ||
           IsA(planned->utilityStmt, CallStmt);
}

}  // namespace

guard::SessionFacts session_facts(const Policy &policy) {
    guard::SessionFacts session;
    session.mode = current_mode(policy);
    session.override_reason = settings::override_reason();
    if (const std::string_view exempt = settings::exempt(); !exempt.empty()) {
        guard::Exempt rules = guard::exempt_from(exempt);
        session.exempt_rules = std::move(rules.rules);
        session.exempt_reason = std::move(rules.reason);
    }
    session.now = GetCurrentTimestamp();
    session.current_user = server_call([] { return static_cast<const char *>(GetUserNameFromId(GetUserId(), false)); });
    session.session_user =
        server_call([] { return static_cast<const char *>(GetUserNameFromId(GetSessionUserId(), false)); });
    session.server_version = schema_audit_server_version;
#ifdef SCHEMA_AUDIT_DEBUG
    session.server_version =
        settings::debug_server_version() != 0 ? settings::debug_server_version() : session.server_version;
#endif
    session.lock_timeout_ms = LockTimeout;
    session.statement_timeout_ms = StatementTimeout;
    session.idle_in_transaction_timeout_ms = IdleInTransactionSessionTimeout;
    session.application_name = application_name != nullptr ? application_name : "";
    session.in_code = is_in_code();
    session.min_rows = settings::min_rows();
    session.min_bytes = settings::min_bytes();
    return session;
}

void watch_policy() { CacheRegisterRelcacheCallback(forget, 0); }

namespace {

// The trigger of both tables: other sessions read them again.
void announce_change(FunctionCallInfo fcinfo) noexcept {
    auto *data = reinterpret_cast<TriggerData *>(fcinfo->context);
    CacheInvalidateRelcacheByRelid(RelationGetRelid(data->tg_relation));
}

const char *new_rule_name(FunctionCallInfo fcinfo) noexcept {
    auto *data = reinterpret_cast<TriggerData *>(fcinfo->context);
    HeapTuple tuple = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple;
    bool is_null = false;
    const Datum value = heap_getattr(tuple, rule, RelationGetDescr(data->tg_relation), &is_null);
    return is_null ? nullptr : TextDatumGetCString(value);
}

}  // namespace
}  // namespace schema_audit::server

using schema_audit::server::server_call;

SCHEMA_AUDIT_FUNCTION(schema_audit_policy_changed) {
    if (!CALLED_AS_TRIGGER(fcinfo)) {
        elog(ERROR, "schema_audit_policy_changed: not called as a trigger");
    }
    schema_audit::server::announce_change(fcinfo);
    return PointerGetDatum(nullptr);
}

SCHEMA_AUDIT_FUNCTION(schema_audit_check_rule_setting) {
    if (!CALLED_AS_TRIGGER(fcinfo)) {
        elog(ERROR, "schema_audit_check_rule_setting: not called as a trigger");
    }
    return schema_audit::server::server_entry([&] {
        const char *name = server_call([&] { return schema_audit::server::new_rule_name(fcinfo); });
        if (name != nullptr && std::string_view(name) != "%") {
            const schema_audit::Rule *rule = schema_audit::find_rule(name);
            if (rule == nullptr) {
                throw schema_audit::AuditError(schema_audit::ErrorKind::undefined_object,
                                               "there is no rule \"" + std::string(name) + "\"", {},
                                               "SELECT rule FROM schema_audit.rules() lists them; NULL means all.");
            }
            // Such a row would have no effect, and nobody would be told.
            if (rule->acts_on == "audit") {
                throw schema_audit::AuditError(
                    schema_audit::ErrorKind::invalid_argument,
                    "rule \"" + std::string(name) + "\" is one of the audit; rule_setting is for rules of the guard",
                    {}, "Accept findings of the audit with a row of schema_audit.suppression.");
            }
        }
        auto *data = reinterpret_cast<TriggerData *>(fcinfo->context);
        return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple);
    });
}
