#include "server/statement_changes.hpp"

#include "core/guard/locks.hpp"
#include "core/schema/identifier.hpp"

#include "server/call.hpp"

namespace schema_audit::server {
namespace {

// What a column is before the command.
struct ColumnBefore {
    bool exists, not_null;
};

ColumnBefore column_before(const RangeVar *table, const char *column) noexcept {
    const Oid relation = RangeVarGetRelidExtended(table, NoLock, RVR_MISSING_OK, nullptr, nullptr);
    const HeapTuple tuple = OidIsValid(relation) ? SearchSysCacheAttName(relation, column) : nullptr;
    if (!HeapTupleIsValid(tuple)) {
        return {false, false};
    }
    const ColumnBefore before{true, reinterpret_cast<const FormData_pg_attribute *>(GETSTRUCT(tuple))->attnotnull};
    ReleaseSysCache(tuple);
    return before;
}

// A relation that the statement names, as the server calls it.
std::string part_identity(const guard::RelationName &name) {
    const char *schema = name.schema.c_str();
    const char *relation = name.name.c_str();
    const char *identity = server_call([=]() -> const char * {
        RangeVar *range = makeRangeVar(*schema != '\0' ? pstrdup(schema) : nullptr, pstrdup(relation), -1);
        const Oid oid = RangeVarGetRelidExtended(range, NoLock, RVR_MISSING_OK, nullptr, nullptr);
        return OidIsValid(oid) ? quote_qualified_identifier(get_namespace_name(get_rel_namespace(oid)), relation)
                               : nullptr;
    });
    return identity != nullptr ? identity : "";
}

}  // namespace

namespace {

// Steps that no rule judges change a column all the same.
void add_other_columns(std::vector<guard::PartChange> &changes, const Node *tree) {
    if (!IsA(tree, AlterTableStmt)) {
        return;
    }
    const ListCell *cell = nullptr;
    foreach (cell, reinterpret_cast<const AlterTableStmt *>(tree)->cmds) {
        const auto *command = static_cast<const AlterTableCmd *>(lfirst(cell));
        switch (command->subtype) {
            case AT_SetStatistics:
            case AT_SetOptions:
            case AT_ResetOptions:
            case AT_SetStorage:
            case AT_SetCompression:
            case AT_SetIdentity:
            case AT_AlterColumnGenericOptions:
                if (command->name != nullptr) {
                    changes.push_back(
                        {guard::PartChange::Of::column, command->name, guard::change::altered, {}, false});
                }
                break;
            default:
                break;
        }
    }
}

}  // namespace

std::vector<guard::PartChange> real_changes(const guard::DdlStatement &statement, const Node *tree) {
    std::vector<guard::PartChange> changes = guard::part_changes(statement);
    std::erase_if(changes, [&](const guard::PartChange &part) {
        const bool sets = part.change == guard::change::set_not_null;
        const bool drops = part.change == guard::change::dropped_not_null;
        if (!part.when_missing && !sets && !drops) {
            return false;
        }
        const char *column = part.name.c_str();
        const auto before = server_call(
            [=] { return column_before(reinterpret_cast<const AlterTableStmt *>(tree)->relation, column); });
        return before.exists && (part.when_missing || before.not_null == sets);
    });
    add_other_columns(changes, tree);
    return changes;
}

std::vector<std::string> lock_modes(const guard::DdlStatement &statement) {
    std::vector<guard::LockMode> modes;
    for (const guard::LockRequest &request : guard::lock_requests(statement)) {
        if (std::ranges::find(modes, request.mode) == modes.end()) {
            modes.push_back(request.mode);
        }
    }
    std::ranges::sort(modes, std::greater{});
    std::vector<std::string> words;
    for (const guard::LockMode mode : modes) {
        words.emplace_back(text_of(mode));
    }
    return words;
}

void name_old_schema(guard::DdlStatement &statement, const Node *tree) {
    auto *move = std::get_if<guard::SetSchema>(&statement);
    if (move == nullptr || !move->object.schema.empty()) {
        return;
    }
    const RangeVar *name = reinterpret_cast<const AlterObjectSchemaStmt *>(tree)->relation;
    const char *schema = name == nullptr ? nullptr : server_call([=]() -> const char * {
        const Oid oid = RangeVarGetRelidExtended(name, NoLock, RVR_MISSING_OK, nullptr, nullptr);
        return OidIsValid(oid) ? get_namespace_name(get_rel_namespace(oid)) : nullptr;
    });
    move->object.schema = schema != nullptr ? schema : "";
}

std::vector<guard::ObjectChange> changes_of(const StatementChanges &statement, const DdlEffect &effect) {
    std::vector<guard::ObjectChange> changes;
    const std::string identity = effect.identity != nullptr ? effect.identity : "";
    if (!identity.empty()) {
        for (guard::ObjectChange &item : guard::name_changes(statement.statement, guard::plain_identity(identity))) {
            add_change(changes, std::move(item.object), item.change);
        }
    }
    for (const guard::ObjectChange &item : effect.changes) {
        add_change(changes, item.object, item.change);
    }
    for (const guard::PartChange &part : statement.parts) {
        if (part.of == guard::PartChange::Of::relation) {
            add_change(changes, part_identity(part.relation), part.change);
        } else if (!identity.empty()) {
            const std::string name = quote_identifier(part.name);
            add_change(changes,
                       part.of == guard::PartChange::Of::column ? identity + "." + name : name + " on " + identity,
                       part.change);
        }
    }
    for (const guard::ObjectChange &item : statement.dropped) {
        add_change(changes, item.object, item.change);
    }
    return changes;
}

int rewrite_reasons() noexcept {
    LOCAL_FCINFO(fcinfo, 0);
    InitFunctionCallInfoData(*fcinfo, nullptr, 0, InvalidOid, nullptr, nullptr);
    return DatumGetInt32(pg_event_trigger_table_rewrite_reason(fcinfo));
}

std::string rewrite_text(int reasons) {
    struct Word {
        int bit;
        std::string_view text;
    };
    constexpr auto words = std::to_array<Word>({{AT_REWRITE_ALTER_PERSISTENCE, "persistence"},
                                                {AT_REWRITE_DEFAULT_VAL, "default"},
                                                {AT_REWRITE_COLUMN_REWRITE, "column type"},
                                                {AT_REWRITE_ACCESS_METHOD, "access method"}});
    std::string text;
    for (const Word &word : words) {
        if ((reasons & word.bit) != 0) {
            text += (text.empty() ? "" : ", ") + std::string(word.text);
        }
    }
    return text;
}

void set_attempted(guard::LogRecord &record, const guard::GuardFinding &finding) {
    std::vector<guard::ObjectChange> changes;
    add_change(changes, guard::object_identity(finding), guard::change::rejected);
    if (!finding.table.empty()) {
        add_change(changes, quote_qualified(finding.schema, finding.table), guard::change::rejected);
    }
    set_changes(record, changes);
}

}  // namespace schema_audit::server
